package io.gatehouse.provider.header;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.Signatures;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7519 and RFC 8725: who signed an assertion, for whom, and whether it is alive. Amazon's load balancers say who
 * they are, the issuer, the expiry and the client in the header, which is signed as well; what stands there and in the
 * payload must be right in both places. Safe for use by many threads.
 */
final class Assertions {
    /** The longest assertion that is looked at, in characters; Amazon's have up to 11 KiB of claims. */
    static final int LONGEST = 20 * 1024;

    private static final Set<String> TYPES = Set.of("jwt", "");

    private final SignedSettings settings;
    private final SigningKeys keys;
    private final Skew clocks;

    Assertions(SignedSettings settings, SigningKeys keys, Clock clock) {
        this.settings = settings;
        this.keys = keys;
        this.clocks = new Skew(clock, settings.clockSkew());
    }

    /**
     * Believes an assertion, or not. What is cheap comes first, so that no keys are fetched for what was never meant
     * for us.
     *
     * @throws RejectedException when it is not to be believed
     */
    Claims verify(String text) throws RejectedException, UnavailableException {
        SignedJWT assertion = Signatures.parse(text, LONGEST);
        JWSHeader header = assertion.getHeader();
        Claims said = Claims.of(assertion);
        JWTClaimsSet claims = said.set();
        Signatures.requireForm(header, settings.algorithms(), TYPES);
        if (header.getKeyID() == null || header.getKeyID().isEmpty()) {
            throw malformed("the assertion does not name its key (kid)");
        }
        requireSigner(header);
        requireIssuer(header, claims);
        requireAudience(header, claims);
        Signatures.requireSignature(assertion, keys, Reason.BAD_CREDENTIALS);
        requireAlive(header, claims);
        return said;
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
            throw RejectedException.notForUs("aud", String.join(" ", claims.getAudience()), settings.audience());
        }
    }

    private static List<String> present(@Nullable Object value) {
        return value == null ? List.of() : List.of(String.valueOf(value));
    }

    /** At least one, and each of them right. */
    private static void requireOneOf(String field, List<String> found, Set<String> expected) throws RejectedException {
        if (found.isEmpty() || !expected.containsAll(found)) {
            throw RejectedException.notForUs(field, String.join(" ", found), expected);
        }
    }

    private void requireAlive(JWSHeader header, JWTClaimsSet claims) throws RejectedException {
        Instant expires = expiry(header, claims);
        if (clocks.hasExpired(expires)) {
            throw new RejectedException(
                    Reason.EXPIRED, "the assertion expired %s ago".formatted(clocks.distance(expires)));
        }
        Optional<Instant> begins = instant(claims.getNotBeforeTime());
        if (begins.isPresent() && clocks.isFuture(begins.get())) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the assertion is valid only in %s (nbf): compare the clocks"
                            .formatted(clocks.distance(begins.get())));
        }
        requireYoung(instant(claims.getIssueTime()), expires);
    }

    /** Without the time when it was made, its end shows that it cannot be used for longer than the greatest age. */
    private void requireYoung(Optional<Instant> issued, Instant expires) throws RejectedException {
        Duration most = settings.maxAge();
        if (issued.isEmpty()) {
            if (clocks.isFuture(expires.minus(most))) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "the assertion lives for %s and does not say since when (expected at most max-age, %s)"
                                .formatted(clocks.distance(expires), Skew.text(most)));
            }
        } else if (clocks.isFuture(issued.get())) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the assertion is made %s from now (iat): compare the clocks"
                            .formatted(clocks.distance(issued.get())));
        } else if (clocks.hasExpired(issued.get().plus(most))) {
            throw new RejectedException(
                    Reason.EXPIRED,
                    "the assertion is %s old (expected at most max-age, %s)"
                            .formatted(clocks.distance(issued.get()), Skew.text(most)));
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
            throw malformed("exp " + PrintableText.quoted(String.valueOf(seconds)) + " (expected seconds since 1970)");
        }
    }

    private static Optional<Instant> instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    private static RejectedException malformed(String detail) {
        return new RejectedException(Reason.MALFORMED, detail);
    }
}
