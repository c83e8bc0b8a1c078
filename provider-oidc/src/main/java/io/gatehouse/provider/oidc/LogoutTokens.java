package io.gatehouse.provider.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalMechanism.EndedSessions;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * OpenID Connect Back-Channel Logout 1.0, section 2.6: judges logout tokens, each once. Safe for use by many threads.
 */
final class LogoutTokens {
    /** How old a logout token may be, whatever its own {@code exp}: the identity provider makes it for one request. */
    static final Duration LONGEST_LIFE = Duration.ofMinutes(10);

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Set<String> TYPES = Set.of("logout+jwt", "jwt", "");
    private static final int MOST = 20_000;
    private static final int LONGEST_ID = 512;

    private final SignedTokens signed;
    private final String clientId;
    private final Skew clocks;
    private final Cache<String, Boolean> seen;

    LogoutTokens(SignedTokens signed, String clientId, Skew clocks) {
        this.signed = signed;
        this.clientId = clientId;
        this.clocks = clocks;
        // Longer than a token lives by the most generous reading of both clocks.
        this.seen = Caffeine.newBuilder()
                .maximumSize(MOST)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clocks.clock().millis()))
                .expireAfterWrite(LONGEST_LIFE.plus(clocks.skew().multipliedBy(3)))
                .build();
    }

    /** Believes a logout token, or not. */
    EndedSessions verify(String text, SigningKeys keys) throws RejectedException, UnavailableException {
        Claims claims = signed.verify(SignedTokens.parse(text), Set.of(clientId), TYPES, keys);
        if (!(claims.set().getClaim("events") instanceof Map<?, ?> events)
                || !(events.get(EVENT) instanceof Map<?, ?>)) {
            throw new RejectedException(Reason.REFUSED, "the token has no logout event");
        }
        if (claims.set().getClaim("nonce") != null) {
            throw new RejectedException(Reason.REFUSED, "a token with a nonce is no logout token");
        }
        Optional<String> subject =
                Optional.ofNullable(claims.set().getSubject()).filter(each -> !each.isBlank());
        Optional<String> session = claims.text("sid").filter(each -> !each.isBlank());
        if (subject.isEmpty() && session.isEmpty()) {
            throw new RejectedException(Reason.MALFORMED, "the token has neither sub nor sid");
        }
        requireOnce(claims);
        return new EndedSessions(subject, session);
    }

    private void requireOnce(Claims claims) throws RejectedException {
        Instant issued = claims.set().getIssueTime().toInstant();
        if (clocks.hasExpired(issued.plus(LONGEST_LIFE))) {
            throw new RejectedException(
                    Reason.EXPIRED, "the logout token was made " + clocks.distance(issued) + " ago");
        }
        String id = claims.set().getJWTID();
        if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
            throw new RejectedException(Reason.MALFORMED, "the logout token has no usable jti");
        }
        if (seen.asMap().putIfAbsent(id, true) != null) {
            throw new RejectedException(Reason.REFUSED, "the logout token was seen before");
        }
    }
}
