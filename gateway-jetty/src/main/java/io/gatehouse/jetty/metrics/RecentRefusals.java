package io.gatehouse.jetty.metrics;

import io.gatehouse.api.MonotonicClock;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How many refusals there were within the last minute, to the second. Safe for use by many threads. */
public final class RecentRefusals {
    private static final int SECONDS = 60;

    private final MonotonicClock time;
    /** One count for each second of the last minute, and the second that it is about. */
    private final long[] counts = new long[SECONDS];

    private final long[] about = new long[SECONDS];

    /** None yet. */
    public RecentRefusals(MonotonicClock time) {
        this.time = time;
        Arrays.fill(about, Long.MIN_VALUE);
    }

    /** Something was refused. */
    public synchronized void count() {
        long second = second();
        int place = Math.floorMod(second, SECONDS);
        if (about[place] != second) {
            about[place] = second;
            counts[place] = 0;
        }
        counts[place]++;
    }

    /** Those of the last minute. */
    public synchronized long ofLastMinute() {
        long now = second();
        long sum = 0;
        for (int place = 0; place < SECONDS; place++) {
            if (about[place] != Long.MIN_VALUE && now - about[place] < SECONDS) {
                sum += counts[place];
            }
        }
        return sum;
    }

    private long second() {
        return Math.floorDiv(time.nanos(), TimeUnit.SECONDS.toNanos(1));
    }
}
