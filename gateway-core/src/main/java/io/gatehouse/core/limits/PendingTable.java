package io.gatehouse.core.limits;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What strangers left half done, each for a while. Whoever leaves too much behind pushes their own out: one source has
 * a part of the table only, so that it cannot drive out what others are at. When the table is full all the same, the
 * oldest goes.
 *
 * <p>Safe for use by many threads; what is dropped is told without a lock held.
 *
 * @param <K> what it is found by
 * @param <V> what is kept
 */
public final class PendingTable<K, V> {
    private final MonotonicClock clock;
    private final Duration life;
    private final int most;
    private final int mostOfSource;
    private final Consumer<V> dropped;
    /** The oldest first. */
    private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>();

    private final Map<Source, LinkedHashSet<K>> bySource = new HashMap<>();

    private record Entry<V>(V value, Source source, long end) {}

    /**
     * An empty table.
     *
     * @param life how long something is kept
     * @param most how much is kept
     * @param mostOfSource how much of one source
     * @param dropped is told what was not taken
     */
    public PendingTable(MonotonicClock clock, Duration life, int most, int mostOfSource, Consumer<V> dropped) {
        this.clock = clock;
        this.life = life;
        this.most = most;
        this.mostOfSource = mostOfSource;
        this.dropped = dropped;
    }

    /** Keeps {@code value} for whoever is at {@code address}, in the place of what was kept under the same key. */
    public void put(K key, InetAddress address, V value) {
        List<V> gone = new ArrayList<>();
        Source source = new Source(address);
        synchronized (this) {
            forgetOld(gone);
            drop(key, gone);
            LinkedHashSet<K> ofSource = bySource.get(source);
            if (ofSource != null && ofSource.size() >= mostOfSource) {
                drop(ofSource.getFirst(), gone);
            }
            if (entries.size() >= most) {
                drop(entries.firstEntry().getKey(), gone);
            }
            entries.put(key, new Entry<>(value, source, clock.in(life)));
            bySource.computeIfAbsent(source, _ -> new LinkedHashSet<>()).add(key);
        }
        gone.forEach(dropped);
    }

    /** Hands out what is kept under {@code key}, to one caller only. */
    public Optional<V> take(K key) {
        List<V> gone = new ArrayList<>();
        Entry<V> entry;
        synchronized (this) {
            forgetOld(gone);
            entry = remove(key);
        }
        gone.forEach(dropped);
        return Optional.ofNullable(entry).map(Entry::value);
    }

    /** Drops what is too old; to be called now and then, for the table does so by itself only when it is used. */
    public void expire() {
        List<V> gone = new ArrayList<>();
        synchronized (this) {
            forgetOld(gone);
        }
        gone.forEach(dropped);
    }

    /** Drops everything. */
    public void clear() {
        List<V> gone = new ArrayList<>();
        synchronized (this) {
            entries.values().forEach(entry -> gone.add(entry.value()));
            entries.clear();
            bySource.clear();
        }
        gone.forEach(dropped);
    }

    private void forgetOld(List<V> gone) {
        while (!entries.isEmpty()
                && clock.hasReached(entries.firstEntry().getValue().end())) {
            drop(entries.firstEntry().getKey(), gone);
        }
    }

    private void drop(K key, List<V> gone) {
        Entry<V> entry = remove(key);
        if (entry != null) {
            gone.add(entry.value());
        }
    }

    private @Nullable Entry<V> remove(K key) {
        Entry<V> entry = entries.remove(key);
        if (entry != null) {
            bySource.computeIfPresent(entry.source(), (_, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
        return entry;
    }
}
