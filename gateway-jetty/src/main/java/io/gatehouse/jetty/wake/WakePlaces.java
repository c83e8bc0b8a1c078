package io.gatehouse.jetty.wake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Places for commands that run at one time, which users share: nobody has more than {@value #MOST_OF_A_USER}, and a
 * free one goes to whoever has the fewest of those who wait. Safe for use by many threads.
 */
final class WakePlaces {
    static final int MOST = 16;
    static final int MOST_OF_A_USER = 4;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final Map<String, Integer> taken = new HashMap<>();
    private final Map<String, Integer> waiting = new HashMap<>();
    private int all;
    private boolean closed;

    /** What came of a wish for a place. */
    enum Entry {
        /** There is one, which has to be given back. */
        TAKEN,
        /** It was not needed any more when there was one. */
        NOT_NEEDED,
        /** There was none in time, or there are none any more. */
        NONE
    }

    /**
     * Takes a place, and waits for one, {@code patience} at most.
     *
     * @param isNeeded asked before a place is taken, and after {@link #lookAgain}
     */
    Entry enter(String user, Duration patience, BooleanSupplier isNeeded) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.merge(user, 1, Integer::sum);
            try {
                long left = patience.toNanos();
                while (!closed && isNeeded.getAsBoolean() && !mayEnter(user)) {
                    if (left <= 0) {
                        return Entry.NONE;
                    }
                    left = changed.awaitNanos(left);
                }
                if (closed) {
                    return Entry.NONE;
                }
                if (!isNeeded.getAsBoolean()) {
                    return Entry.NOT_NEEDED;
                }
                taken.merge(user, 1, Integer::sum);
                all++;
                return Entry.TAKEN;
            } finally {
                decrement(waiting, user);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean mayEnter(String user) {
        int mine = taken.getOrDefault(user, 0);
        return all < MOST
                && mine < MOST_OF_A_USER
                && waiting.keySet().stream().noneMatch(other -> taken.getOrDefault(other, 0) < mine);
    }

    /** Gives a place back. */
    void leave(String user) {
        lock.lock();
        try {
            decrement(taken, user);
            all--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void decrement(Map<String, Integer> counts, String user) {
        counts.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Asks those who wait whether they still need a place. */
    void lookAgain() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many are taken. */
    int taken() {
        lock.lock();
        try {
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for one. */
    int waiting() {
        lock.lock();
        try {
            return waiting.values().stream().mapToInt(Integer::intValue).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Gives nobody a place from now on; those who wait are told at once. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all places were given back, for {@code patience} at most. */
    void awaitEmpty(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (all > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
