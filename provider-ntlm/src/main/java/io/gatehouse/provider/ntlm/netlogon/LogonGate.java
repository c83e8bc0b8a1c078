package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.provider.ntlm.validation.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a bounded number of logons in at one time, first come, first served, and a bounded number wait. Logons of
 * domains that are not ours may take half of the places and half of the queue only: the controller passes them on, and
 * where it gets no answer, everybody who names such a domain occupies a place until time is up. Safe for use by many
 * threads.
 */
final class LogonGate {
    private final int longestQueue;
    private final Semaphore places;
    private final Semaphore foreignPlaces;
    private final int size;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger foreignWaiting = new AtomicInteger();

    /** A place among the logons at one time; closing it frees the place. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** No place is free for a logon, or none became free in time. */
    static final class FullException extends Exception {
        private static final long serialVersionUID = 1L;

        FullException(String message) {
            super(message);
        }
    }

    LogonGate(int size, int longestQueue) {
        this.size = size;
        this.longestQueue = longestQueue;
        this.places = new Semaphore(size, true);
        this.foreignPlaces = new Semaphore(Math.max(1, size / 2), true);
    }

    /** Waits for a place. */
    Pass enter(boolean foreign, Deadline deadline) throws FullException {
        if (!foreign) {
            queue(waiting, longestQueue, places, deadline);
            return places::release;
        }
        queue(foreignWaiting, longestQueue / 2, foreignPlaces, deadline);
        try {
            queue(waiting, longestQueue, places, deadline);
        } catch (FullException e) {
            foreignPlaces.release();
            throw e;
        }
        return () -> {
            places.release();
            foreignPlaces.release();
        };
    }

    private static void queue(AtomicInteger queue, int longest, Semaphore places, Deadline deadline)
            throws FullException {
        try {
            if (queue.incrementAndGet() > longest + places.availablePermits()) {
                throw new FullException(
                        "too many sign-ins wait for domain controllers (queue: at most %d)".formatted(longest));
            }
            if (!acquire(places, deadline)) {
                throw new FullException("no turn in time: all connections to domain controllers are busy");
            }
        } finally {
            queue.decrementAndGet();
        }
    }

    private static boolean acquire(Semaphore semaphore, Deadline deadline) {
        try {
            return semaphore.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    int waiting() {
        return waiting.get() + foreignWaiting.get();
    }

    int inFlight() {
        return size - places.availablePermits();
    }
}
