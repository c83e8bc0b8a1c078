package io.gatehouse.provider.oidc;

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
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7515, RFC 7519 and RFC 8725: who signed a token, for whom, and whether it is alive. Every kind of token goes through here.
 * Safe for use by many threads.
 */
final class SignedTokens {
    /** The longest token that is looked at, in characters. */
    static final int LONGEST = 32 * 1024;

    private static final int SMALLEST_RSA_KEY = 2048;
    private static final int MOST_KEYS = 8;
    private static final String MEDIA_TYPE = "application/";

    private final String issuer;
    private final Set<JWSAlgorithm> algorithms;
    private final Clocks clocks;

    SignedTokens(String issuer, Set<JWSAlgorithm> algorithms, Clocks clocks) {
        this.issuer = issuer;
        this.algorithms = Set.copyOf(algorithms);
        this.clocks = clocks;
    }

    /**
     * Reads a token without believing it.
     *
     * @throws RejectedException when it is no signed JWT
     */
    static SignedJWT parse(String text) throws RejectedException {
        if (text.length() > LONGEST) {
            throw new RejectedException(
                    Reason.MALFORMED, "token of %d characters (expected at most %d)".formatted(text.length(), LONGEST));
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            token.getJWTClaimsSet();
            return token;
        } catch (ParseException | RuntimeException | StackOverflowError broken) {
            throw new RejectedException(
                    Reason.MALFORMED, "no signed JWT: " + Texts.plain(String.valueOf(broken.getMessage())));
        }
    }

    /**
     * Believes a token, or not.
     *
     * @param audience of which it must be for one
     * @param types the values that its header's {@code typ} may have, lower case, without {@code application/}; empty text if it may
     *     be absent
     */
    Claims verify(SignedJWT token, Set<String> audience, Set<String> types, SigningKeys keys)
            throws RejectedException, UnavailableException {
        JWSHeader header = token.getHeader();
        requireAlgorithm(header.getAlgorithm());
        requireType(header.getType(), types);
        if (header.getContentType() != null
                || header.getCriticalParams() != null
                || !header.isBase64URLEncodePayload()) {
            throw new RejectedException(Reason.REFUSED, "the token's header asks for more than a signature");
        }
        Claims claims = Claims.of(token);
        // Cheap, and before keys are fetched for a token that was never meant for us.
        requireIssuer(claims);
        requireSignature(token, keys.select(header));
        requireAudience(claims, audience);
        requireAlive(claims.set());
        return claims;
    }

    private void requireAlgorithm(JWSAlgorithm algorithm) throws RejectedException {
        if (!algorithms.contains(algorithm)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "signature %s (expected %s)"
                            .formatted(
                                    Texts.quoted(algorithm.getName()),
                                    algorithms.stream()
                                            .map(JWSAlgorithm::getName)
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }
    }

    private static void requireType(@Nullable JOSEObjectType type, Set<String> types) throws RejectedException {
        String name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        String bare = name.startsWith(MEDIA_TYPE) ? name.substring(MEDIA_TYPE.length()) : name;
        if (!types.contains(bare)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "typ %s (expected %s)"
                            .formatted(
                                    Texts.quoted(bare),
                                    types.stream()
                                            .filter(each -> !each.isEmpty())
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }
    }

    private void requireIssuer(Claims claims) throws RejectedException {
        String found = Optional.ofNullable(claims.set().getIssuer()).orElse("");
        if (!found.equals(issuer)) {
            throw new RejectedException(
                    Reason.NOT_FOR_US, "iss %s (expected %s)".formatted(Texts.quoted(found), Texts.quoted(issuer)));
        }
    }

    private static void requireAudience(Claims claims, Set<String> expected) throws RejectedException {
        List<String> audience = claims.set().getAudience();
        if (audience.stream().noneMatch(expected::contains)) {
            throw new RejectedException(
                    Reason.NOT_FOR_US,
                    "aud %s (expected %s)"
                            .formatted(
                                    Texts.quoted(String.join(" ", audience)),
                                    expected.stream()
                                            .sorted()
                                            .map(Texts::quoted)
                                            .collect(Collectors.joining(" or "))));
        }
    }

    private static void requireSignature(SignedJWT token, List<JWK> keys) throws RejectedException {
        String id =
                Texts.quoted(Optional.ofNullable(token.getHeader().getKeyID()).orElse(""));
        if (keys.isEmpty()) {
            throw new RejectedException(
                    Reason.NOT_FOR_US,
                    "the identity provider has no key %s for %s"
                            .formatted(id, token.getHeader().getAlgorithm()));
        }
        for (JWK key : keys.subList(0, Math.min(keys.size(), MOST_KEYS))) {
            if (isSignedBy(token, key)) {
                return;
            }
        }
        throw new RejectedException(Reason.BAD_CREDENTIALS, "the signature is not one of key " + id);
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
            default -> Optional.empty();
        };
    }

    private void requireAlive(JWTClaimsSet claims) throws RejectedException {
        Instant expires = time("exp", claims.getExpirationTime());
        if (clocks.isPast(expires)) {
            throw new RejectedException(Reason.EXPIRED, "the token expired " + clocks.distance(expires) + " ago");
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && clocks.isFuture(begins.toInstant())) {
            throw new RejectedException(
                    Reason.REFUSED, "the token is valid only in " + clocks.distance(begins.toInstant()) + " (nbf)");
        }
        Instant issued = time("iat", claims.getIssueTime());
        if (clocks.isFuture(issued)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the token is made " + clocks.distance(issued) + " from now (iat): compare the clocks");
        }
    }

    private static Instant time(String claim, @Nullable Date date) throws RejectedException {
        if (date == null) {
            throw new RejectedException(Reason.MALFORMED, "the token has no " + claim);
        }
        return date.toInstant();
    }
}
