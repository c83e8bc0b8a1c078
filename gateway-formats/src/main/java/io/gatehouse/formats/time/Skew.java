package io.gatehouse.formats.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Judges times that others wrote into tickets, tokens and messages, and whose clocks are never quite ours.
 *
 * @param clock ours
 * @param skew how far another clock may be off
 */
public record Skew(Clock clock, Duration skew) {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3600;

    /** What our clock says. */
    public Instant now() {
        return clock.instant();
    }

    /**
     * Whether {@code time} is over by more than the skew, as RFC 4120 puts it: a ticket is good at the very moment of
     * its end.
     */
    public boolean isPast(Instant time) {
        return time.plus(skew).isBefore(now());
    }

    /**
     * Whether {@code end} has come, the skew granted, as RFC 7519 4.1.4 puts it: a token is dead at the very moment of
     * {@code exp}.
     */
    public boolean hasExpired(Instant end) {
        return !now().isBefore(end.plus(skew));
    }

    /** Whether {@code time} is still to come, by more than the skew. */
    public boolean isFuture(Instant time) {
        return time.minus(skew).isAfter(now());
    }

    /** How long ago, or how long until, {@code time} is, in words without direction. */
    public String distance(Instant time) {
        return text(Duration.between(time, now()).abs());
    }

    /** {@code 59s}, {@code 4m 59s}, {@code 2h 3m}. */
    public static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= SECONDS_PER_HOUR) {
            return "%dh %dm".formatted(seconds / SECONDS_PER_HOUR, seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
        }
        return seconds >= SECONDS_PER_MINUTE
                ? "%dm %ds".formatted(seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE)
                : seconds + "s";
    }
}
