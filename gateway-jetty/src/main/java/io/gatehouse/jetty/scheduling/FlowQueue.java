package io.gatehouse.jetty.scheduling;

import io.gatehouse.core.limits.SourceTurns;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Start-time fair queueing: of all open channels that wait, the one is next that was served least since it began to
 * wait. So who sends little, or was silent, goes before those that send all they can, and those share the time evenly.
 * Strangers' connections are served by turns of their sources, and those of one source in the order in which they came:
 * a source that opens thousands waits for itself. The two kinds of flows are queues of their own, and the kind is next
 * that was served less: no number of strangers that begin handshakes takes more than half of the time from open
 * channels, and no number of these keeps strangers out. Not thread safe.
 */
final class FlowQueue {
    /**
     * Something to do.
     *
     * @param start its place in the virtual time of its kind
     * @param number its place among those of the same time
     */
    record Work(Flow flow, Flow.Kind kind, Runnable task, long start, long number) {}

    /** The waiting flows of one kind. */
    private interface Waiting {
        boolean isEmpty();

        void add(Work work);

        /** Takes the next; only when somebody waits. */
        Work next();
    }

    /** Serves flows in the order of their virtual time. */
    private static final class ByService implements Waiting {
        private final PriorityQueue<Work> queue =
                new PriorityQueue<>(Comparator.comparingLong(Work::start).thenComparingLong(Work::number));

        @Override
        public boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        public void add(Work work) {
            queue.add(work);
        }

        @Override
        public Work next() {
            return queue.remove();
        }
    }

    /** Serves sources in turn, one flow of each. */
    private static final class BySource implements Waiting {
        private final SourceTurns<Work> turns = new SourceTurns<>();

        @Override
        public boolean isEmpty() {
            return turns.size() == 0;
        }

        @Override
        public void add(Work work) {
            turns.add(work.flow().source(), work);
        }

        @Override
        public Work next() {
            return turns.take();
        }
    }

    /** The flows of one kind that wait for their turn. */
    private static final class Lane {
        private final Waiting waiting;
        private long now;
        private long served;

        private Lane(Waiting waiting) {
            this.waiting = waiting;
        }
    }

    private final Map<Flow.Kind, Lane> lanes = new EnumMap<>(Flow.Kind.class);
    private long number;

    FlowQueue() {
        lanes.put(Flow.Kind.LIVE, new Lane(new ByService()));
        lanes.put(Flow.Kind.NEW, new Lane(new BySource()));
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
            // Not by what each was served: new strangers come without end, and were served nothing.
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
        Work work = next == null ? null : next.waiting.next();
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
