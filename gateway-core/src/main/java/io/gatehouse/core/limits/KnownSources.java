package io.gatehouse.core.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;

/**
 * The sources from which somebody signed in within the last week, whatever the account. Memory is bounded: beyond
 * {@value #MAX_SOURCES}, some that were silent long are forgotten, and count as strangers. Safe for use by many
 * threads.
 */
public final class KnownSources {
    private static final int MAX_SOURCES = 65_536;
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private final Cache<Source, Boolean> sources;

    /** Nobody signed in yet. */
    public KnownSources(MonotonicClock clock) {
        sources = Caffeine.newBuilder()
                .maximumSize(MAX_SOURCES)
                .expireAfterWrite(REMEMBERED)
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Somebody signed in from {@code address}. */
    public void signedIn(InetAddress address) {
        sources.put(new Source(address), Boolean.TRUE);
    }

    /** Whether somebody signed in from the source of {@code address} lately. */
    public boolean isKnown(InetAddress address) {
        return sources.getIfPresent(new Source(address)) != null;
    }
}
