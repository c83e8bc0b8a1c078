package io.gatehouse.jwt;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Judges times of tokens, whose makers' clocks are never quite ours.
 *
 * @param clock ours
 * @param skew how far another clock may be off
 */
public record Clocks(Clock clock, Duration skew) {
    private Instant now() {
        return clock.instant();
    }

    /** RFC 7519 4.1.4: a token is dead at the very moment of {@code exp}. */
    public boolean isPast(Instant time) {
        return !now().isBefore(time.plus(skew));
    }

    public boolean isFuture(Instant time) {
        return time.minus(skew).isAfter(now());
    }

    /** How long ago, or how long until, {@code time} is, without direction. */
    public String distance(Instant time) {
        return Duration.between(time, now()).abs().toSeconds() + " s";
    }
}
