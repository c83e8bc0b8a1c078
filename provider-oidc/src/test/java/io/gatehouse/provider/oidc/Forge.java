package io.gatehouse.provider.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Makes tokens of an identity provider, right ones and others. */
final class Forge {
    static final String CLIENT = "gatehouse";
    static final RSAKey KEY = rsa("first");
    static final RSAKey SECOND = rsa("second");
    static final ECKey EC = ec("curve");
    /** Somebody else's, under the name of the right one. */
    static final RSAKey STRANGER = rsa("first");

    private Forge() {}

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The claims of a right ID token. */
    static JWTClaimsSet.Builder claims(String issuer, Clock clock) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject("8d1f-alice")
                .audience(CLIENT)
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(clock.instant().plus(Duration.ofMinutes(5))))
                .claim("sid", "session-1")
                .claim("preferred_username", "alice")
                .claim("email", "alice@example.test")
                .claim("realm_access", Map.of("roles", List.of("staff", "lab")));
    }

    /** The claims of a right access token. */
    static JWTClaimsSet.Builder access(String issuer, Clock clock) {
        return claims(issuer, clock)
                .audience("gateway")
                .claim("client_id", "freerdp")
                .claim("scope", "openid rdp");
    }

    /** The claims of a right logout token. */
    static JWTClaimsSet.Builder logout(String issuer, Clock clock) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject("8d1f-alice")
                .audience(CLIENT)
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(clock.instant().plus(Duration.ofMinutes(2))))
                .jwtID("logout-1")
                .claim("sid", "session-1")
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
    }

    static String sign(JWTClaimsSet claims) {
        return sign(claims, KEY, header -> header);
    }

    static String sign(JWTClaimsSet claims, RSAKey key, UnaryOperator<JWSHeader.Builder> header) {
        try {
            return sign(claims, header.apply(header(JWSAlgorithm.RS256, key.getKeyID())), new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String sign(JWTClaimsSet claims, ECKey key) {
        try {
            return sign(claims, header(JWSAlgorithm.ES256, key.getKeyID()), new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static JWSHeader.Builder header(JWSAlgorithm algorithm, String keyId) {
        return new JWSHeader.Builder(algorithm).keyID(keyId).type(JOSEObjectType.JWT);
    }

    static String sign(JWTClaimsSet claims, JWSHeader.Builder header, JWSSigner signer) {
        try {
            SignedJWT token = new SignedJWT(header.build(), claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
