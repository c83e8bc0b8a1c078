package io.gatehouse.core.limits;

import io.gatehouse.core.net.Source;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What waits, one of each source in turn, and of one source in the order in which it came: a source with thousands
 * waits for itself. Not bounded, and not safe for use by many threads.
 *
 * @param <T> what waits
 */
public final class SourceTurns<T> {
    /** The source whose turn is next comes first. */
    private final LinkedHashMap<Source, Deque<T>> sources = new LinkedHashMap<>();

    private int size;

    /** Nothing waits. */
    public SourceTurns() {}

    /** Lets {@code element} wait. */
    public void add(Source source, T element) {
        sources.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(element);
        size++;
    }

    /**
     * Takes out whose turn it is.
     *
     * @throws IllegalStateException if nothing waits
     */
    public T take() {
        Map.Entry<Source, Deque<T>> next = sources.pollFirstEntry();
        if (next == null) {
            throw new IllegalStateException("nothing waits");
        }
        T element = next.getValue().remove();
        if (!next.getValue().isEmpty()) {
            sources.putLast(next.getKey(), next.getValue());
        }
        size--;
        return element;
    }

    /** Takes out {@code element}; false when it does not wait any more. */
    public boolean remove(Source source, T element) {
        Deque<T> ofSource = sources.get(source);
        if (ofSource == null || !ofSource.remove(element)) {
            return false;
        }
        if (ofSource.isEmpty()) {
            sources.remove(source);
        }
        size--;
        return true;
    }

    /** How much of {@code source} waits. */
    public int sizeOf(Source source) {
        return Optional.ofNullable(sources.get(source)).map(Deque::size).orElse(0);
    }

    /** How much waits. */
    public int size() {
        return size;
    }
}
