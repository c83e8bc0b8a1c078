package io.gatehouse.provider.header;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Makes assertions byte by byte, without the library that reads them. */
record Signer(String kid, String algorithm, KeyPair keys) {
    static Signer es256(String kid) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new Signer(kid, "SHA256withECDSAinP1363Format", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Signer rs256(String kid, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new Signer(kid, "SHA256withRSA", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    JWK jwk() {
        return keys.getPublic() instanceof ECPublicKey ec
                ? new ECKey.Builder(Curve.P_256, ec).keyID(kid).build()
                : new RSAKey.Builder((RSAPublicKey) keys.getPublic()).keyID(kid).build();
    }

    String jwks() {
        return new JWKSet(jwk()).toString();
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    String sign(String header, String claims) {
        return sign(header, claims, Base64.getUrlEncoder().withoutPadding());
    }

    /** As Amazon's load balancers write it: with padding, which is signed as well. */
    String signPadded(String header, String claims) {
        return sign(header, claims, Base64.getUrlEncoder());
    }

    private String sign(String header, String claims, Base64.Encoder encoder) {
        String input = encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + encoder.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
