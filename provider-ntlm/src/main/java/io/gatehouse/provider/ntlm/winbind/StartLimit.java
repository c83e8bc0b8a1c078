package io.gatehouse.provider.ntlm.winbind;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps a program that ends at once from being started again and again: after each failure the next start waits twice
 * as long. Safe for use by many threads.
 */
final class StartLimit {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private Duration pause = Duration.ZERO;
    private long next;
    private String reason = "";

    StartLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
    }

    /** Why no process may be started now; empty when one may. */
    synchronized String obstacle() {
        return nanoTime.getAsLong() - next >= 0 ? "" : reason + " (next try within " + pause.toMillis() + " ms)";
    }

    synchronized void failed(String why) {
        Duration doubled = pause.multipliedBy(2);
        pause = pause.isZero() ? SHORTEST : doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        next = nanoTime.getAsLong() + pause.toNanos();
        reason = why;
    }

    synchronized void succeeded() {
        pause = Duration.ZERO;
        next = nanoTime.getAsLong();
    }
}
