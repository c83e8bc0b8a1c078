package io.gatehouse.provider.ntlm.winbind;

import java.time.Duration;

/**
 * When a request's time is up, for everything that is done for it together.
 *
 * @param limit the time that the request had in all
 * @param end in the time of {@link System#nanoTime}
 */
record Deadline(Duration limit, long end) {
    static Deadline in(Duration limit) {
        return new Deadline(limit, System.nanoTime() + limit.toNanos());
    }

    /**
     * Until when a question must be asked: what is asked later may be judged, and counted as a wrong guess, when nobody
     * waits for the answer any more.
     */
    Deadline forAsking() {
        Duration half = limit.dividedBy(2);
        return new Deadline(half, end - half.toNanos());
    }

    /** Nanoseconds that are left; 0 when none are. */
    long remaining() {
        return Math.max(0, end - System.nanoTime());
    }

    /** The whole time as a text for messages: {@code 10 s}. */
    String text() {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }
}
