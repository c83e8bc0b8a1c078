package io.gatehouse.core.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How much may be asked: so many requests a minute from one source, and so many at once, of which one source may have a
 * quarter. Memory is bounded: beyond {@value #MAX_SOURCES} sources, those that were silent longest are forgotten. Safe
 * for use by many threads.
 */
public final class RequestLimits {
    private static final int MAX_SOURCES = 65_536;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MonotonicClock clock;
    private final long nanosPerRequest;
    private final int concurrent;
    private final int concurrentPerSource;
    /** When a source will have paid for all it asked, a reading of the clock. */
    private final Cache<Source, Long> paidAt;

    private final Map<Source, Integer> underWay = new HashMap<>();
    private int allUnderWay;

    /**
     * Limits.
     *
     * @param perSourceAndMinute requests; so many may come at once, after which they grow back evenly
     * @param concurrent requests at once, all sources together
     */
    public RequestLimits(MonotonicClock clock, int perSourceAndMinute, int concurrent) {
        if (perSourceAndMinute < 1 || concurrent < 1) {
            throw new IllegalArgumentException("%d requests a minute and %d at once (expected positive)"
                    .formatted(perSourceAndMinute, concurrent));
        }
        this.clock = clock;
        this.nanosPerRequest = Math.max(1, MINUTE.toNanos() / perSourceAndMinute);
        this.concurrent = concurrent;
        this.concurrentPerSource = Math.max(1, concurrent / 4);
        this.paidAt = Caffeine.newBuilder()
                .maximumSize(MAX_SOURCES)
                .expireAfterWrite(MINUTE.multipliedBy(2))
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Counts a request of {@code source}; false when it was one too many, which does not count. */
    public boolean count(InetAddress source) {
        long now = clock.nanos();
        boolean[] allowed = new boolean[1];
        paidAt.asMap().compute(new Source(source), (_, before) -> {
            long owed = (before == null ? 0 : Math.max(0, before - now)) + nanosPerRequest;
            allowed[0] = owed <= MINUTE.toNanos();
            return allowed[0] ? Long.valueOf(now + owed) : before;
        });
        return allowed[0];
    }

    /**
     * A place for a request of {@code source} among those under way, to be closed when it is over; empty when there is
     * none.
     */
    public Optional<Permit> enter(InetAddress source) {
        Source key = new Source(source);
        synchronized (this) {
            int ofSource = underWay.getOrDefault(key, 0);
            if (allUnderWay >= concurrent || ofSource >= concurrentPerSource) {
                return Optional.empty();
            }
            allUnderWay++;
            underWay.put(key, ofSource + 1);
        }
        return Optional.of(new Permit(key));
    }

    /** Requests under way now. */
    public synchronized int underWay() {
        return allUnderWay;
    }

    private synchronized void leave(Source key) {
        allUnderWay--;
        underWay.computeIfPresent(key, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** A place among the requests under way. */
    public final class Permit implements AutoCloseable {
        private final Source source;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Permit(Source source) {
            this.source = source;
        }

        /** Frees the place. Doing so again changes nothing. */
        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                leave(source);
            }
        }
    }
}
