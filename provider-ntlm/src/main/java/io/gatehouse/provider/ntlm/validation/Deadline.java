package io.gatehouse.provider.ntlm.validation;

import io.gatehouse.api.MonotonicClock;
import java.time.Duration;

/**
 * When the time for a request is up, for everything that is done for it together.
 *
 * @param limit the time that the request had in all
 * @param time the clock
 * @param end by that clock
 */
public record Deadline(Duration limit, MonotonicClock time, long end) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** So long from now. */
    public static Deadline in(Duration limit, MonotonicClock time) {
        return new Deadline(limit, time, time.in(limit));
    }

    /**
     * Until when a question must be asked: what is asked later may be judged, and counted as a wrong guess, when nobody
     * waits for the answer any more.
     */
    public Deadline forAsking() {
        Duration half = limit.dividedBy(2);
        return new Deadline(half, time, end - half.toNanos());
    }

    /** This, or so long from now, whichever comes first. */
    public Deadline within(Duration duration) {
        Deadline other = in(duration, time);
        return other.end - end < 0 ? other : this;
    }

    /** Nanoseconds that are left; 0 when it is over. */
    public long remainingNanos() {
        return Math.max(0, end - time.nanos());
    }

    /** Milliseconds that are left, rounded up; 0 when it is over. */
    public int remainingMillis() {
        return Math.clamp(Math.ceilDiv(remainingNanos(), NANOS_PER_MILLI), 0, Integer.MAX_VALUE);
    }

    /** Whether no time is left. */
    public boolean isOver() {
        return remainingNanos() == 0;
    }

    /** The whole time as a text for messages: {@code 10 s}. */
    public String text() {
        return text(limit);
    }

    /** A duration as messages show it: {@code 10 s}, {@code 1500 ms}. */
    public static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
