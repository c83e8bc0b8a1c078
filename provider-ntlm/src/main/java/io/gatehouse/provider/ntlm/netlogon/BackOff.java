package io.gatehouse.provider.ntlm.netlogon;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a server that failed is asked again: after twice the time that the failure cost, at least 100 ms and doubling
 * with every further one, at most a minute; then by one thread, while the others still do without. Safe for use by many
 * threads.
 */
final class BackOff {
    private static final long SHORTEST = Duration.ofMillis(100).toNanos();
    private static final long LONGEST = Duration.ofMinutes(1).toNanos();
    private static final int MOST_DOUBLINGS = 16;
    /** Who fails within this time may be waited for. */
    private static final long QUICK = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private int failures;
    private long retryAt;
    private boolean quick;
    private boolean probing;
    private String problem = "";

    BackOff(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether to ask now; whoever is told so says {@link #succeeded} or {@link #failed} afterwards. */
    synchronized boolean enter() {
        if (failures == 0) {
            return true;
        }
        if (probing || nanoTime.getAsLong() - retryAt < 0) {
            return false;
        }
        probing = true;
        return true;
    }

    /** It answered; whether it had failed before. */
    synchronized boolean succeeded() {
        boolean recovered = failures > 0;
        failures = 0;
        probing = false;
        problem = "";
        return recovered;
    }

    /**
     * It failed.
     *
     * @param nanos how long that took
     * @param hangs whether it did not answer at all, so that nobody should wait for it
     * @param why for the administrator
     * @return whether this is news, and not one more thread that met the same failure
     */
    synchronized boolean failed(long nanos, boolean hangs, String why) {
        if (failures > 0 && !probing) {
            return false;
        }
        boolean first = failures == 0;
        failures++;
        probing = false;
        problem = why;
        quick = !hangs && nanos < QUICK;
        long doubled = SHORTEST << Math.min(failures - 1, MOST_DOUBLINGS);
        retryAt = nanoTime.getAsLong() + Math.min(Math.max(doubled, 2 * nanos), LONGEST);
        return first;
    }

    /** Why it is not asked now. */
    synchronized Optional<String> problem() {
        return failures == 0 ? Optional.empty() : Optional.of(problem);
    }

    /** After how many nanoseconds to try again; empty when it is not worth waiting for. */
    synchronized Optional<Long> patience() {
        if (failures == 0) {
            return Optional.of(0L);
        }
        if (!quick) {
            return Optional.empty();
        }
        return Optional.of(probing ? QUICK : Math.max(0, retryAt - nanoTime.getAsLong()));
    }
}
