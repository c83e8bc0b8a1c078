package io.gatehouse.jetty.scheduling;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Start-time fair queueing: of all flows that wait, the one is next that was served least since it began to wait. So who sends
 * little, or was silent, goes before those that send all they can, and those share the time evenly. The two kinds of flows are
 * queues of their own, and the kind is next that was served less: no number of strangers that begin handshakes takes more than half
 * of the time from open channels, and no number of these keeps strangers out. Not thread safe.
 */
final class FairQueue {
    /**
     * Something to do.
     *
     * @param start its place in the virtual time of its kind
     * @param number its place among those of the same time
     */
    record Work(Flow flow, Flow.Kind kind, Runnable task, long start, long number) {}

    /** The flows of one kind. */
    private static final class Lane {
        private final PriorityQueue<Work> waiting =
                new PriorityQueue<>(Comparator.comparingLong(Work::start).thenComparingLong(Work::number));
        private long now;
        private long served;
    }

    private final Map<Flow.Kind, Lane> lanes = new EnumMap<>(Flow.Kind.class);
    private long number;

    FairQueue() {
        for (Flow.Kind kind : Flow.Kind.values()) {
            lanes.put(kind, new Lane());
        }
    }

    private Lane lane(Flow.Kind kind) {
        Lane lane = lanes.get(kind);
        if (lane == null) {
            throw new IllegalStateException("no lane for " + kind);
        }
        return lane;
    }

    boolean isEmpty() {
        return lanes.values().stream().allMatch(lane -> lane.waiting.isEmpty());
    }

    /** Adds work; a flow that was silent may have saved up one turn. */
    void add(Flow flow, Runnable task) {
        Flow.Kind kind = flow.kind();
        Lane lane = lane(kind);
        if (lane.waiting.isEmpty()) {
            // Time that nobody of this kind asked for is gone.
            for (Lane other : lanes.values()) {
                lane.served = other.waiting.isEmpty() ? lane.served : Math.max(lane.served, other.served);
            }
        }
        long start = switch (kind) {
            case LIVE -> Math.max(flow.finish, lane.now - Flow.TURN);
            // In the order in which they came: new strangers come without end, and each was served least.
            case NEW -> 0;
        };
        lane.waiting.add(new Work(flow, kind, task, start, number++));
    }

    /** Takes what is next; null when nothing waits. */
    @Nullable Work take() {
        Lane next = null;
        for (Lane lane : lanes.values()) {
            if (!lane.waiting.isEmpty() && (next == null || lane.served < next.served)) {
                next = lane;
            }
        }
        Work work = next == null ? null : next.waiting.remove();
        if (next != null && work != null) {
            next.now = Math.max(next.now, work.start());
        }
        return work;
    }

    /** Counts what {@code work} took. */
    void served(Work work, long nanos) {
        work.flow().finish = Math.max(work.flow().finish, work.start()) + nanos;
        lane(work.kind()).served += nanos;
    }
}
