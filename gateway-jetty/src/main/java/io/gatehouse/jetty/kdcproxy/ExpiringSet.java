package io.gatehouse.jetty.kdcproxy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Things that happened lately. Of those that happened long ago, no more than a few are kept. Safe for use by many
 * threads.
 */
final class ExpiringSet<T> {
    private static final int KEPT = 256;

    private final long nanos;
    private final LongSupplier ticker;
    private final Map<T, Long> until = new ConcurrentHashMap<>();

    /**
     * Nothing happened yet.
     *
     * @param ticker nanoseconds, by a monotonic clock
     */
    ExpiringSet(Duration lately, LongSupplier ticker) {
        this.nanos = lately.toNanos();
        this.ticker = ticker;
    }

    /** Remembers {@code thing}; answers whether that is news. */
    boolean add(T thing) {
        boolean[] isNew = new boolean[1];
        long now = ticker.getAsLong();
        if (until.size() >= KEPT) {
            until.values().removeIf(end -> end - now <= 0);
        }
        until.compute(thing, (_, end) -> {
            isNew[0] = end == null || end - now <= 0;
            return now + nanos;
        });
        return isNew[0];
    }

    boolean contains(T thing) {
        Long end = until.get(thing);
        return end != null && end - ticker.getAsLong() > 0;
    }

    /** Things that are kept, some of which may have happened long ago. */
    int size() {
        return until.size();
    }

    void remove(T thing) {
        until.remove(thing);
    }
}
