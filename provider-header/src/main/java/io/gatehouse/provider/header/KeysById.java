package io.gatehouse.provider.header;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.SigningKeys;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signers that publish each key by itself: looks like one set that grows by the key that is wanted. When and how often
 * it is asked is decided by the caches in front of it. Safe for use by many threads.
 */
final class KeysById implements JWKSetSource<SigningKeys.Wanted> {
    /** A signer has two of them while it changes over. */
    private static final int MOST_KEYS = 8;

    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private final KeyAddress.ById addresses;
    private final IssuerClient http;
    private final Deque<JWK> keys = new ArrayDeque<>();

    KeysById(KeyAddress.ById addresses, IssuerClient http) {
        this.addresses = addresses;
        this.http = http;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long time, SigningKeys.Wanted wanted)
            throws KeySourceException {
        JWK fetched = fetch(wanted.id());
        synchronized (keys) {
            keys.removeIf(key -> wanted.id().equals(key.getKeyID()));
            keys.addFirst(fetched);
            while (keys.size() > MOST_KEYS) {
                keys.removeLast();
            }
            return new JWKSet(new ArrayList<>(keys));
        }
    }

    private JWK fetch(String id) throws KeySourceException {
        try {
            URI address = addresses
                    .of(id)
                    .orElseThrow(() ->
                            new JWKSetRetrievalException("kid " + PrintableText.quoted(id) + " is no key's id", null));
            return parse(http.document(address, "*/*"), id);
        } catch (IOException | GeneralSecurityException | JOSEException | IllegalArgumentException e) {
            throw new JWKSetRetrievalException("key " + PrintableText.quoted(id) + ": " + e.getMessage(), e);
        }
    }

    private static JWK parse(String pem, String id) throws GeneralSecurityException, JOSEException {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no public key in PEM");
        }
        X509EncodedKeySpec encoded =
                new X509EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        try {
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(encoded);
            return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key)
                    .keyID(id)
                    .build();
        } catch (GeneralSecurityException _) {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(encoded);
            return new RSAKey.Builder(key).keyID(id).build();
        }
    }

    @Override
    public void close() {} // nothing is open between requests
}
