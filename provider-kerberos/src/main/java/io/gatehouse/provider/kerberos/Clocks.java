package io.gatehouse.provider.kerberos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Judges times of tickets and clients, whose clocks are never quite ours.
 *
 * @param clock ours
 * @param skew how far another clock may be off
 */
record Clocks(Clock clock, Duration skew) {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3600;

    Instant now() {
        return clock.instant();
    }

    boolean isPast(Instant time) {
        return time.plus(skew).isBefore(now());
    }

    boolean isFuture(Instant time) {
        return time.minus(skew).isAfter(now());
    }

    /** How long ago, or how long until, {@code time} is, in words without direction. */
    String distance(Instant time) {
        return text(Duration.between(time, now()).abs());
    }

    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= SECONDS_PER_HOUR) {
            return "%dh %dm".formatted(seconds / SECONDS_PER_HOUR, seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
        }
        return seconds >= SECONDS_PER_MINUTE
                ? "%dm %ds".formatted(seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE)
                : seconds + "s";
    }
}
