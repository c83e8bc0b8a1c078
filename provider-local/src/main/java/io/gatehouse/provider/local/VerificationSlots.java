package io.gatehouse.provider.local;

import io.gatehouse.api.Outcome.Reason;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Bounds how many password hashes are computed at one time, since each takes a core and much memory. First come, first served;
 * the wait and the number of those who wait are bounded too. Safe for use by many threads.
 */
final class VerificationSlots {
    private static final int WAITING_PER_SLOT = 16;

    private final Semaphore slots;
    private final int mostWaiting;
    private final Duration longestWait;

    VerificationSlots(int concurrent, Duration longestWait) {
        this.slots = new Semaphore(concurrent, true);
        this.mostWaiting = concurrent * WAITING_PER_SLOT;
        this.longestWait = longestWait;
    }

    /**
     * Runs {@code verification} in a slot.
     *
     * @throws RealmRefusal when no slot became free, without having run it
     */
    boolean verify(BooleanSupplier verification) {
        acquire();
        try {
            return verification.getAsBoolean();
        } finally {
            slots.release();
        }
    }

    private void acquire() {
        if (slots.getQueueLength() >= mostWaiting) {
            throw new RealmRefusal(Reason.UNAVAILABLE, "more than " + mostWaiting + " password checks are waiting");
        }
        try {
            if (!slots.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RealmRefusal(
                        Reason.UNAVAILABLE, "no password check within " + longestWait.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RealmRefusal(Reason.UNAVAILABLE, "interrupted while waiting for a password check");
        }
    }
}
