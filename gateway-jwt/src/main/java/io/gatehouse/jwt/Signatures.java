package io.gatehouse.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7515, RFC 7519 and RFC 8725: whether a token is signed as it must be, and by whom. What it says is for others to
 * judge.
 */
public final class Signatures {
    /**
     * Signatures with public keys. A shared secret (HS256) would let whoever can read it make tokens, the gateway
     * included; EdDSA is not among them since the library needs another one for it.
     */
    private static final Set<String> KNOWN =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final int SMALLEST_RSA_KEY = 2048;
    private static final int MOST_KEYS = 8;
    private static final String MEDIA_TYPE = "application/";

    private Signatures() {}

    /** The algorithms of a configuration. */
    public static Set<JWSAlgorithm> algorithms(List<String> names) throws ProviderException {
        if (names.isEmpty()) {
            throw new ProviderException("no algorithms (expected for example [\"ES256\"])");
        }
        Set<JWSAlgorithm> algorithms = new HashSet<>();
        for (String name : names) {
            if (!KNOWN.contains(name)) {
                throw new ProviderException("algorithms: " + PrintableText.quoted(name)
                        + " (expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or ES512)");
            }
            algorithms.add(JWSAlgorithm.parse(name));
        }
        return Set.copyOf(algorithms);
    }

    /**
     * Reads a token without believing it.
     *
     * @param longest how long it may be, in characters
     * @throws RejectedException when it is no signed JWT
     */
    public static SignedJWT parse(String text, int longest) throws RejectedException {
        if (text.length() > longest) {
            throw new RejectedException(
                    Reason.MALFORMED, "token of %d characters (expected at most %d)".formatted(text.length(), longest));
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            token.getJWTClaimsSet();
            return token;
        } catch (ParseException | RuntimeException | StackOverflowError broken) {
            throw new RejectedException(Reason.MALFORMED, "no signed JWT: " + PrintableText.line(broken));
        }
    }

    /**
     * Refuses a header that asks for anything but an accepted signature.
     *
     * @param types the values that {@code typ} may have, lower case, without {@code application/}; empty text if it may
     *     be absent
     */
    public static void requireForm(JWSHeader header, Set<JWSAlgorithm> algorithms, Set<String> types)
            throws RejectedException {
        if (!algorithms.contains(header.getAlgorithm())) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "signature %s (expected %s)"
                            .formatted(
                                    PrintableText.quoted(header.getAlgorithm().getName()),
                                    sorted(algorithms.stream()
                                            .map(JWSAlgorithm::getName)
                                            .collect(Collectors.toSet()))));
        }
        String type = bare(header.getType());
        if (!types.contains(type)) {
            throw new RejectedException(
                    Reason.REFUSED, "typ %s (expected %s)".formatted(PrintableText.quoted(type), sorted(types)));
        }
        if (header.getContentType() != null
                || header.getCriticalParams() != null
                || !header.isBase64URLEncodePayload()) {
            throw new RejectedException(Reason.REFUSED, "the token's header asks for more than a signature");
        }
    }

    private static String bare(@Nullable JOSEObjectType type) {
        String name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        return name.startsWith(MEDIA_TYPE) ? name.substring(MEDIA_TYPE.length()) : name;
    }

    private static String sorted(Set<String> words) {
        return words.stream().filter(each -> !each.isEmpty()).sorted().collect(Collectors.joining(", "));
    }

    /**
     * Refuses a token that none of the keys signed.
     *
     * @param unknownKey the reason when there is no key for it
     */
    public static void requireSignature(SignedJWT token, SigningKeys keys, Reason unknownKey)
            throws RejectedException, UnavailableException {
        List<JWK> candidates = keys.select(token.getHeader());
        String id = PrintableText.quoted(
                Optional.ofNullable(token.getHeader().getKeyID()).orElse(""));
        if (candidates.isEmpty()) {
            throw new RejectedException(
                    unknownKey,
                    "the signer has no key %s for %s"
                            .formatted(id, token.getHeader().getAlgorithm()));
        }
        if (candidates.stream().limit(MOST_KEYS).noneMatch(key -> isSignedBy(token, key))) {
            throw new RejectedException(Reason.BAD_CREDENTIALS, "the signature is not one of key " + id);
        }
    }

    private static boolean isSignedBy(SignedJWT token, JWK key) {
        try {
            Optional<JWSVerifier> verifier = verifier(key);
            return verifier.isPresent() && token.verify(verifier.get());
        } catch (JOSEException | RuntimeException _) {
            return false; // a key or signature of a wrong form
        }
    }

    private static Optional<JWSVerifier> verifier(JWK key) throws JOSEException {
        return switch (key) {
            case RSAKey rsa ->
                rsa.size() >= SMALLEST_RSA_KEY
                        ? Optional.of(new RSASSAVerifier(rsa.toRSAPublicKey()))
                        : Optional.empty();
            case ECKey ec -> Optional.of(new ECDSAVerifier(ec.toECPublicKey()));
            default -> Optional.empty(); // keys of a shared secret, or of kinds that no accepted algorithm uses
        };
    }
}
