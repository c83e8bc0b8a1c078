package io.gatehouse.core.limits;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Places for work that waits for somebody else, of which one source has a share only. When its share or all places are
 * taken, a source waits in a queue of its own; free places go to the queues in turn, so that a source with many does
 * not hold up one that comes with its first. Bounded in all. Safe for use by many threads.
 */
public final class FairPlaces {
    private final Bounds bounds;
    private final Map<Source, Integer> inside = new HashMap<>();
    /** The source whose turn is next comes first. */
    private final LinkedHashMap<Source, ArrayDeque<Turn>> queues = new LinkedHashMap<>();

    private int taken;
    private int waiting;

    /**
     * How much there is.
     *
     * @param places in all
     * @param ofSource places of one source
     * @param waiting who may wait, in all
     * @param waitingOfSource who may wait, of one source
     */
    public record Bounds(int places, int ofSource, int waiting, int waitingOfSource) {}

    /** All places are free. */
    public FairPlaces(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * A place, to be closed when the work is done; blocks until there is one.
     *
     * @return empty when there was none within {@code patience}, or too many wait already
     */
    public Optional<Place> enter(InetAddress address, Duration patience) {
        Source source = new Source(address);
        Turn turn = new Turn();
        synchronized (this) {
            if (hasRoom(source)) {
                return Optional.of(take(source));
            }
            ArrayDeque<Turn> queue = queues.get(source);
            if (waiting >= bounds.waiting() || (queue != null && queue.size() >= bounds.waitingOfSource())) {
                return Optional.empty();
            }
            waiting++;
            queues.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(turn);
        }
        try {
            Optional<Place> given = Optional.ofNullable(turn.place.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
            return given.isPresent() ? given : giveUp(source, turn);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            giveUp(source, turn).ifPresent(Place::close);
            return Optional.empty();
        }
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting;
    }

    private boolean hasRoom(Source source) {
        return taken < bounds.places() && inside.getOrDefault(source, 0) < bounds.ofSource();
    }

    private Place take(Source source) {
        taken++;
        inside.merge(source, 1, Integer::sum);
        return new Place(source);
    }

    /** Empty, unless the turn came at this very moment. */
    private synchronized Optional<Place> giveUp(Source source, Turn turn) {
        Optional<Place> given = Optional.ofNullable(turn.place.poll());
        if (given.isPresent()) {
            return given;
        }
        ArrayDeque<Turn> queue = queues.get(source);
        if (queue != null && queue.remove(turn)) {
            waiting--;
            if (queue.isEmpty()) {
                queues.remove(source);
            }
        }
        return Optional.empty();
    }

    private synchronized void leave(Source source) {
        taken--;
        inside.computeIfPresent(source, (_, count) -> count > 1 ? count - 1 : null);
        Optional<Source> next = next();
        while (next.isPresent()) {
            serve(next.get());
            next = next();
        }
    }

    private Optional<Source> next() {
        return queues.keySet().stream().filter(this::hasRoom).findFirst();
    }

    /** Gives a place to the one who waits longest of a source, which then stands behind all others. */
    private void serve(Source source) {
        ArrayDeque<Turn> queue = queues.remove(source);
        if (queue == null) {
            return;
        }
        waiting--;
        queue.remove().place.add(take(source));
        if (!queue.isEmpty()) {
            queues.put(source, queue);
        }
    }

    /** Somebody who waits; each is only like itself. */
    private static final class Turn {
        /** The place, once it is given. */
        private final BlockingQueue<Place> place = new ArrayBlockingQueue<>(1);
    }

    /** A place that one source holds; closing it frees the place. */
    public final class Place implements AutoCloseable {
        private final Source source;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Place(Source source) {
            this.source = source;
        }

        /** Frees it. Doing so again changes nothing. */
        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                leave(source);
            }
        }
    }
}
