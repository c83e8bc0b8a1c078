package io.gatehouse.provider.oidc;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Judges times of tokens, whose makers' clocks are never quite ours.
 *
 * @param clock ours
 * @param skew how far another clock may be off
 */
record Clocks(Clock clock, Duration skew) {
    Instant now() {
        return clock.instant();
    }

    /** RFC 7519 4.1.4: a token is dead at the very moment of {@code exp}. */
    boolean isPast(Instant time) {
        return !now().isBefore(time.plus(skew));
    }

    boolean isFuture(Instant time) {
        return time.minus(skew).isAfter(now());
    }

    /** How long ago, or how long until, {@code time} is, without direction. */
    String distance(Instant time) {
        return Duration.between(time, now()).abs().toSeconds() + " s";
    }
}
