package io.gatehouse.core.limits;

import io.gatehouse.api.MonotonicClock;
import java.time.Duration;

/**
 * How often one connection may do something: so often at once, after which it grows back evenly. For one thread at a
 * time.
 */
public final class RateLimit {
    private final MonotonicClock clock;
    private final long interval;
    private final long burst;
    /** When all that happened is paid for, a reading of the clock. */
    private long paidAt;

    /**
     * A limit.
     *
     * @param burst how often at once
     * @param interval after which one more may happen
     */
    public RateLimit(MonotonicClock clock, int burst, Duration interval) {
        if (burst < 1 || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "%d at once, one more after %s (expected positive)".formatted(burst, interval));
        }
        this.clock = clock;
        this.interval = interval.toNanos();
        this.burst = burst * this.interval;
        this.paidAt = clock.nanos();
    }

    /** Counts one; false when it was one too many, which does not count. */
    public boolean count() {
        long now = clock.nanos();
        long owed = Math.max(0, paidAt - now) + interval;
        if (owed > burst) {
            return false;
        }
        paidAt = now + owed;
        return true;
    }
}
