package io.gatehouse.core.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.MonotonicClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often something may happen for each of many keys: so often at once, after which the allowance grows back evenly.
 * Memory is bounded: beyond {@value #MAX_KEYS} keys, those that were silent longest are forgotten. Safe for use by many
 * threads.
 *
 * @param <K> whose allowance it is
 */
public final class KeyedRateLimit<K> {
    private static final int MAX_KEYS = 65_536;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MonotonicClock time;
    private final long cost;
    private final long burst;
    /** When a key will have paid for all that happened, by the monotonic clock. */
    private final Cache<K, Long> paidAt;

    /**
     * A limit.
     *
     * @param perMinute how much of the allowance grows back in a minute
     * @param burst the whole allowance
     */
    public KeyedRateLimit(MonotonicClock time, int perMinute, int burst) {
        if (perMinute < 1 || burst < 1) {
            throw new IllegalArgumentException(
                    "%d a minute and %d at once (expected positive)".formatted(perMinute, burst));
        }
        this.time = time;
        this.cost = MINUTE.toNanos() / perMinute;
        this.burst = burst;
        this.paidAt = Caffeine.newBuilder()
                .maximumSize(MAX_KEYS)
                .expireAfterWrite(Duration.ofNanos(cost).multipliedBy(burst))
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Counts once for {@code key}; false when that was once too often, which does not count. */
    public boolean tryCount(K key) {
        boolean[] allowed = new boolean[1];
        long now = time.nanos();
        paidAt.asMap().compute(key, (_, before) -> {
            long owed = owed(before, now);
            allowed[0] = owed + cost <= burst * cost;
            return allowed[0] ? Long.valueOf(now + owed + cost) : before;
        });
        return allowed[0];
    }

    /** Counts what happened already; beyond the whole allowance nothing is owed. */
    public void count(K key) {
        long now = time.nanos();
        paidAt.asMap().compute(key, (_, before) -> now + Math.min(owed(before, now) + cost, burst * cost));
    }

    /** Takes back one count for {@code key}: what was counted did not happen. */
    public void giveBack(K key) {
        paidAt.asMap().computeIfPresent(key, (_, before) -> before - cost);
    }

    /** Whether {@code key} has nothing left. */
    public boolean isSpent(K key) {
        return owed(key) + cost > burst * cost;
    }

    /** Whether {@code key} has used more than half of its allowance. */
    public boolean isHalfSpent(K key) {
        return owed(key) > burst * cost / 2;
    }

    private long owed(K key) {
        return owed(paidAt.getIfPresent(key), time.nanos());
    }

    private static long owed(@Nullable Long paidAt, long now) {
        return paidAt == null ? 0 : Math.max(0, paidAt - now);
    }
}
