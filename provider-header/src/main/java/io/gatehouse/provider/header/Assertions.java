package io.gatehouse.provider.header;

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
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7515, RFC 7519 and RFC 8725: who signed an assertion, for whom, and whether it is alive. Amazon's load balancers say who they
 * are, the issuer, the expiry and the client in the header, which is signed as well; what stands there and in the payload must be right
 * in both places. Safe for use by many threads.
 */
final class Assertions {
    /** The longest assertion that is looked at, in characters; Amazon's have up to 11 KiB of claims. */
    static final int LONGEST = 20 * 1024;

    private static final int SMALLEST_RSA_KEY = 2048;
    private static final int MOST_KEYS = 8;

    private final SignedSettings settings;
    private final SigningKeys keys;
    private final Clock clock;

    Assertions(SignedSettings settings, SigningKeys keys, Clock clock) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Believes an assertion, or not. What is cheap comes first, so that no keys are fetched for what was never meant for us.
     *
     * @throws RejectedException when it is not to be believed
     */
    Claims verify(String text) throws RejectedException {
        SignedJWT assertion = parse(text);
        JWSHeader header = assertion.getHeader();
        JWTClaimsSet claims = claims(assertion);
        requirePlainHeader(header);
        requireAlgorithm(header.getAlgorithm());
        requireSigner(header);
        requireIssuer(header, claims);
        requireAudience(header, claims);
        requireSignature(assertion, keys.select(header));
        requireAlive(header, claims);
        return new Claims(new HashMap<>(claims.getClaims()));
    }

    private static SignedJWT parse(String text) throws RejectedException {
        if (text.length() > LONGEST) {
            throw malformed("assertion of %d characters (expected at most %d)".formatted(text.length(), LONGEST));
        }
        try {
            return SignedJWT.parse(text);
        } catch (ParseException | RuntimeException | StackOverflowError broken) {
            throw malformed("no signed JWT: " + Texts.plain(String.valueOf(broken.getMessage())));
        }
    }

    private static JWTClaimsSet claims(SignedJWT assertion) throws RejectedException {
        try {
            @Nullable JWTClaimsSet claims = assertion.getJWTClaimsSet();
            if (claims != null) {
                return claims;
            }
        } catch (ParseException | RuntimeException | StackOverflowError broken) {
            throw malformed("no claims: " + Texts.plain(String.valueOf(broken.getMessage())));
        }
        throw malformed("no claims");
    }

    private static void requirePlainHeader(JWSHeader header) throws RejectedException {
        @Nullable JOSEObjectType type = header.getType();
        if (type != null && !type.getType().equalsIgnoreCase("JWT")) {
            throw new RejectedException(
                    Reason.REFUSED, "typ %s (expected JWT)".formatted(Texts.quoted(type.getType())));
        }
        if (header.getContentType() != null
                || header.getCriticalParams() != null
                || !header.isBase64URLEncodePayload()) {
            throw new RejectedException(Reason.REFUSED, "the assertion's header asks for more than a signature");
        }
        if (header.getKeyID() == null || header.getKeyID().isEmpty()) {
            throw malformed("the assertion does not name its key (kid)");
        }
    }

    private void requireAlgorithm(JWSAlgorithm algorithm) throws RejectedException {
        if (!settings.algorithms().contains(algorithm)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "signature %s (expected %s)"
                            .formatted(
                                    Texts.quoted(algorithm.getName()),
                                    settings.algorithms().stream()
                                            .map(JWSAlgorithm::getName)
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }
    }

    /** Whether the header's fields count, as those of Amazon's load balancers do. */
    private boolean hasFieldsInHeader() {
        return !settings.signers().isEmpty();
    }

    private void requireSigner(JWSHeader header) throws RejectedException {
        if (hasFieldsInHeader()) {
            requireOneOf("signer", present(header.getCustomParam("signer")), settings.signers());
        }
    }

    private void requireIssuer(JWSHeader header, JWTClaimsSet claims) throws RejectedException {
        List<String> issuers = new ArrayList<>(present(claims.getIssuer()));
        if (hasFieldsInHeader()) {
            issuers.addAll(present(header.getCustomParam("iss")));
        }
        requireOneOf("iss", issuers, Set.of(settings.issuer()));
    }

    private void requireAudience(JWSHeader header, JWTClaimsSet claims) throws RejectedException {
        List<String> client = hasFieldsInHeader() ? present(header.getCustomParam("client")) : List.of();
        if (!client.isEmpty()) {
            requireOneOf("client", client, settings.audience());
        } else if (claims.getAudience().stream().noneMatch(settings.audience()::contains)) {
            throw unexpected("aud", claims.getAudience(), settings.audience());
        }
    }

    private static List<String> present(@Nullable Object value) {
        return value == null ? List.of() : List.of(String.valueOf(value));
    }

    /** At least one, and each of them right. */
    private static void requireOneOf(String field, List<String> found, Set<String> expected) throws RejectedException {
        if (found.isEmpty() || !expected.containsAll(found)) {
            throw unexpected(field, found, expected);
        }
    }

    private static RejectedException unexpected(String field, List<String> found, Set<String> expected) {
        return new RejectedException(
                Reason.NOT_FOR_US,
                "%s %s (expected %s)"
                        .formatted(
                                field,
                                Texts.quoted(String.join(" ", found)),
                                expected.stream().sorted().map(Texts::quoted).collect(Collectors.joining(" or "))));
    }

    private static void requireSignature(SignedJWT assertion, List<JWK> keys) throws RejectedException {
        String id = Texts.quoted(String.valueOf(assertion.getHeader().getKeyID()));
        if (keys.isEmpty()) {
            throw new RejectedException(
                    Reason.BAD_CREDENTIALS,
                    "the signer has no key %s for %s"
                            .formatted(id, assertion.getHeader().getAlgorithm()));
        }
        for (JWK key : keys.subList(0, Math.min(keys.size(), MOST_KEYS))) {
            if (isSignedBy(assertion, key)) {
                return;
            }
        }
        throw new RejectedException(Reason.BAD_CREDENTIALS, "the signature is not one of key " + id);
    }

    private static boolean isSignedBy(SignedJWT assertion, JWK key) {
        try {
            Optional<JWSVerifier> verifier = verifier(key);
            return verifier.isPresent() && assertion.verify(verifier.get());
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

    private void requireAlive(JWSHeader header, JWTClaimsSet claims) throws RejectedException {
        Instant now = clock.instant();
        Instant expires = expiry(header, claims);
        if (!now.isBefore(expires.plus(settings.clockSkew()))) {
            throw new RejectedException(
                    Reason.EXPIRED, "the assertion expired %d s ago".formatted(seconds(expires, now)));
        }
        Optional<Instant> begins = instant(claims.getNotBeforeTime());
        if (begins.isPresent() && begins.get().minus(settings.clockSkew()).isAfter(now)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the assertion is valid only in %d s (nbf): compare the clocks"
                            .formatted(seconds(now, begins.get())));
        }
        requireYoung(instant(claims.getIssueTime()), expires, now);
    }

    /** Without the time when it was made, its end shows that it cannot be used for longer than the greatest age. */
    private void requireYoung(Optional<Instant> issued, Instant expires, Instant now) throws RejectedException {
        Duration most = settings.maxAge();
        if (issued.isEmpty()) {
            if (expires.minus(settings.clockSkew()).isAfter(now.plus(most))) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "the assertion lives for %d s and does not say since when (expected at most max-age, %d s)"
                                .formatted(seconds(now, expires), most.toSeconds()));
            }
        } else if (issued.get().minus(settings.clockSkew()).isAfter(now)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the assertion is made %d s from now (iat): compare the clocks"
                            .formatted(seconds(now, issued.get())));
        } else if (issued.get().plus(most).plus(settings.clockSkew()).isBefore(now)) {
            throw new RejectedException(
                    Reason.EXPIRED,
                    "the assertion is %d s old (expected at most max-age, %d s)"
                            .formatted(seconds(issued.get(), now), most.toSeconds()));
        }
    }

    private Instant expiry(JWSHeader header, JWTClaimsSet claims) throws RejectedException {
        List<Instant> ends = new ArrayList<>();
        instant(claims.getExpirationTime()).ifPresent(ends::add);
        @Nullable Object inHeader = hasFieldsInHeader() ? header.getCustomParam("exp") : null;
        if (inHeader != null) {
            ends.add(instantOf(inHeader));
        }
        return ends.stream()
                .min(Instant::compareTo)
                .orElseThrow(() -> malformed("the assertion does not expire (exp)"));
    }

    private static Instant instantOf(Object seconds) throws RejectedException {
        try {
            return Instant.ofEpochSecond(Long.parseLong(String.valueOf(seconds)));
        } catch (NumberFormatException | DateTimeException _) {
            throw malformed("exp " + Texts.quoted(String.valueOf(seconds)) + " (expected seconds since 1970)");
        }
    }

    private static Optional<Instant> instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    private static long seconds(Instant from, Instant to) {
        return Duration.between(from, to).toSeconds();
    }

    private static RejectedException malformed(String detail) {
        return new RejectedException(Reason.MALFORMED, detail);
    }
}
