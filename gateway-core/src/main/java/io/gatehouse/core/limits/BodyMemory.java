package io.gatehouse.core.limits;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Memory for the bodies of requests of strangers. It is taken as bytes arrive and not when they are announced, one
 * source has a share of it, and when it is full the body that has been arriving longest is given up: whoever sends
 * slowly makes room for those who do not. Safe for use by many threads.
 */
public final class BodyMemory {
    private final int most;
    private final int mostOfSource;
    private final Map<Source, Integer> takenBySource = new HashMap<>();
    /** The one first that began first. */
    private final LinkedHashSet<Body> arriving = new LinkedHashSet<>();

    private int taken;

    /** The answer to a request for memory. */
    public enum Taken {
        YES,
        /** The bodies of its source have their share already. */
        SOURCE_HAS_ITS_SHARE,
        /** It is full of bodies that have arrived, or the body was given up. */
        NO
    }

    /**
     * Memory.
     *
     * @param most bytes of all bodies together
     * @param mostOfSource bytes of all bodies of one source together
     */
    public BodyMemory(int most, int mostOfSource) {
        this.most = most;
        this.mostOfSource = mostOfSource;
    }

    /**
     * A body that begins to arrive. It must be closed.
     *
     * @param givenUp runs at most once, on the thread of another body, when this one has to make room
     */
    public Body begin(InetAddress client, Runnable givenUp) {
        Body body = new Body(new Source(client), givenUp);
        synchronized (this) {
            arriving.add(body);
        }
        return body;
    }

    /** Bytes that are taken now. */
    public synchronized int taken() {
        return taken;
    }

    /** The body of one request, with the memory that it uses. */
    public final class Body implements AutoCloseable {
        private final Source source;
        private final Runnable givenUp;
        private int bytes;
        private boolean closed;

        private Body(Source source, Runnable givenUp) {
            this.source = source;
            this.givenUp = givenUp;
        }

        /** Takes memory for bytes that arrived. */
        public Taken take(int arrived) {
            List<Body> slow = new ArrayList<>();
            Taken answer;
            synchronized (BodyMemory.this) {
                answer = takeOrMakeRoom(arrived, slow);
            }
            slow.forEach(body -> body.givenUp.run());
            return answer;
        }

        private Taken takeOrMakeRoom(int arrived, List<Body> slow) {
            if (closed) {
                return Taken.NO;
            }
            if (takenBySource.getOrDefault(source, 0) + arrived > mostOfSource) {
                return Taken.SOURCE_HAS_ITS_SHARE;
            }
            while (taken + arrived > most && !arriving.isEmpty() && arriving.getFirst() != this) {
                Body slowest = arriving.getFirst();
                slowest.release();
                slow.add(slowest);
            }
            if (taken + arrived > most) {
                return Taken.NO;
            }
            bytes += arrived;
            taken += arrived;
            takenBySource.merge(source, arrived, Integer::sum);
            return Taken.YES;
        }

        /** All of it is here: it is not given up any more. */
        public void complete() {
            synchronized (BodyMemory.this) {
                arriving.remove(this);
            }
        }

        /** Gives the memory back. Doing so again changes nothing. */
        @Override
        public void close() {
            synchronized (BodyMemory.this) {
                release();
            }
        }

        private void release() {
            if (!closed) {
                closed = true;
                arriving.remove(this);
                taken -= bytes;
                takenBySource.computeIfPresent(source, (_, sum) -> sum > bytes ? sum - bytes : null);
            }
        }
    }
}
