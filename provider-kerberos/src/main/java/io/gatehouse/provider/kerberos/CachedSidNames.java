package io.gatehouse.provider.kerberos;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.gatehouse.ldap.SidNames;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Remembers names of groups for some minutes, since many users share them, and for half a minute that a name could not be found.
 * Safe for use by many threads.
 */
final class CachedSidNames implements SidNames {
    private static final Duration OF_NAMES = Duration.ofMinutes(5);
    private static final Duration OF_FAILURES = Duration.ofSeconds(30);
    private static final int MOST = 20_000;

    private final SidNames source;
    private final Cache<String, Optional<String>> names;

    CachedSidNames(SidNames source, Clock clock) {
        this.source = source;
        this.names = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(Expiry.<String, Optional<String>>creating(
                        (_, name) -> name.isPresent() ? OF_NAMES : OF_FAILURES))
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Map<String, String> namesOf(Set<String> sids) {
        Map<String, Optional<String>> known = new HashMap<>(names.getAllPresent(sids));
        Set<String> unknown = new HashSet<>(sids);
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            Map<String, String> found = source.namesOf(Set.copyOf(unknown));
            for (String sid : unknown) {
                Optional<String> name = Optional.ofNullable(found.get(sid));
                names.put(sid, name);
                known.put(sid, name);
            }
        }
        Map<String, String> result = new HashMap<>();
        known.forEach((sid, name) -> name.ifPresent(text -> result.put(sid, text)));
        return Map.copyOf(result);
    }
}
