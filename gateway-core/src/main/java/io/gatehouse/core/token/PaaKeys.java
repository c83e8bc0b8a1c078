package io.gatehouse.core.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.digest.RandomIds;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of the gateway's tokens. The first signs; all of them verify, so that tokens live on for a while after a new
 * key was put in front. A key is for one algorithm, which is its own and never the token's choice. Immutable.
 */
public final class PaaKeys {
    /** More than anybody needs for one rotation after another. */
    private static final int MOST_KEYS = 16;

    private static final int KEY_BITS = 256;
    private static final int ID_BYTES = 9;

    private final List<JWK> keys;

    /** The signature algorithm that a key is for. */
    public enum Algorithm {
        /** HMAC with SHA-256: whoever verifies can also sign. */
        HS256,
        /** ECDSA on P-256. */
        ES256
    }

    private PaaKeys(List<JWK> keys) {
        this.keys = List.copyOf(keys);
    }

    /** One new key. */
    public static PaaKeys generate(Algorithm algorithm, SecureRandom random) {
        return new PaaKeys(List.of(newKey(algorithm, random)));
    }

    /** With a new key in front; of the old ones, only the newest {@code kept} go on verifying. */
    public PaaKeys rotate(Algorithm algorithm, int kept, SecureRandom random) {
        return new PaaKeys(Stream.concat(
                        Stream.of(newKey(algorithm, random)), keys.stream().limit(Math.min(kept, MOST_KEYS - 1)))
                .toList());
    }

    private static JWK newKey(Algorithm algorithm, SecureRandom random) {
        String keyId = RandomIds.next(random, ID_BYTES);
        try {
            return switch (algorithm) {
                case HS256 ->
                    new OctetSequenceKeyGenerator(KEY_BITS)
                            .algorithm(JWSAlgorithm.HS256)
                            .keyID(keyId)
                            .secureRandom(random)
                            .generate();
                case ES256 ->
                    new ECKeyGenerator(Curve.P_256)
                            .algorithm(JWSAlgorithm.ES256)
                            .keyID(keyId)
                            .secureRandom(random)
                            .generate();
            };
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }

    /** Reads a JWK set (RFC 7517) of private keys; says what is wrong with it without quoting a key. */
    public static Parsed<PaaKeys> parse(byte[] json) {
        List<JWK> keys;
        try {
            keys = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys();
        } catch (ParseException | RuntimeException _) {
            return Parsed.faulty("not a JWK set");
        }
        if (keys.isEmpty() || keys.size() > MOST_KEYS) {
            return Parsed.faulty("%d keys (expected 1 to %d)".formatted(keys.size(), MOST_KEYS));
        }
        List<String> problems = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            int number = i + 1;
            problemOf(keys.get(i)).ifPresent(problem -> problems.add("key " + number + ": " + problem));
            if (!ids.add(String.valueOf(keys.get(i).getKeyID()))) {
                problems.add("key " + number + ": the kid of another key");
            }
        }
        return problems.isEmpty() ? Parsed.valid(new PaaKeys(keys)) : Parsed.faulty(String.join("; ", problems));
    }

    private static Optional<String> problemOf(JWK key) {
        if (key.getKeyID() == null || !key.getKeyID().matches("[A-Za-z0-9_-]{1,64}")) {
            return Optional.of("no kid (expected 1 to 64 letters, digits, - or _)");
        }
        return switch (key) {
            case OctetSequenceKey symmetric
            when JWSAlgorithm.HS256.equals(key.getAlgorithm()) ->
                symmetric.size() < KEY_BITS
                        ? Optional.of("%d bits (expected at least %d)".formatted(symmetric.size(), KEY_BITS))
                        : Optional.empty();
            case ECKey elliptic
            when JWSAlgorithm.ES256.equals(key.getAlgorithm()) ->
                elliptic.isPrivate() && Curve.P_256.equals(elliptic.getCurve())
                        ? Optional.empty()
                        : Optional.of("not a private key on P-256");
            default ->
                Optional.of("neither \"kty\": \"oct\", \"alg\": \"HS256\" nor \"kty\": \"EC\", \"alg\": \"ES256\"");
        };
    }

    /** The JWK set with the private keys: a secret. */
    public byte[] json() {
        return new JWKSet(keys).toString(false).getBytes(StandardCharsets.UTF_8);
    }

    /** The ids of all keys, the one that signs first. */
    public List<String> ids() {
        return keys.stream().map(JWK::getKeyID).toList();
    }

    String signingId() {
        return keys.getFirst().getKeyID();
    }

    JWSAlgorithm signingAlgorithm() {
        return algorithm(keys.getFirst());
    }

    JWSSigner signer() {
        try {
            return switch (keys.getFirst()) {
                case OctetSequenceKey symmetric -> new MACSigner(symmetric);
                case ECKey elliptic -> new ECDSASigner(elliptic);
                default -> throw new IllegalStateException("a key of another kind");
            };
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was checked does not sign", e);
        }
    }

    /** A key that verifies tokens, with its algorithm. */
    record Verifier(JWSAlgorithm algorithm, JWSVerifier verifier) {}

    /** The key of that id. */
    Optional<Verifier> verifier(String id) {
        return keys.stream()
                .filter(key -> key.getKeyID().equals(id))
                .findFirst()
                .map(PaaKeys::verifier);
    }

    private static Verifier verifier(JWK key) {
        try {
            return new Verifier(
                    algorithm(key),
                    switch (key) {
                        case OctetSequenceKey symmetric -> new MACVerifier(symmetric);
                        case ECKey elliptic -> new ECDSAVerifier(elliptic);
                        default -> throw new IllegalStateException("a key of another kind");
                    });
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was checked does not verify", e);
        }
    }

    private static JWSAlgorithm algorithm(JWK key) {
        return JWSAlgorithm.parse(key.getAlgorithm().getName());
    }

    @Override
    public String toString() {
        return "PaaKeys" + ids();
    }
}
