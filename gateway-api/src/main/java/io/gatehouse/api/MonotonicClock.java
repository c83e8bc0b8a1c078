package io.gatehouse.api;

import java.time.Duration;

/**
 * Measures how much time has passed, for limits, timeouts and what is kept for a while. Unlike a
 * {@link java.time.Clock} it never jumps when somebody, or NTP, sets the machine's time; it knows no date. Safe for use
 * by many threads.
 */
@FunctionalInterface
public interface MonotonicClock {
    /**
     * Nanoseconds since some moment. Only the difference of two readings means something; a reading may be negative and
     * wrap.
     */
    long nanos();

    /** The machine's. */
    static MonotonicClock system() {
        return System::nanoTime;
    }

    /** The reading when {@code duration}, at most 292 years, will have passed. */
    default long in(Duration duration) {
        return nanos() + duration.toNanos();
    }

    /** Whether {@code moment}, a reading of this clock, is now or in the past. */
    default boolean hasReached(long moment) {
        return moment - nanos() <= 0;
    }
}
