package io.gatehouse.jetty.edge;

import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the gateway takes new tunnels. While it drains, those that are open go on, and load balancers are told to
 * send clients elsewhere. Safe for use by many threads.
 */
public final class Drain {
    /**
     * A drain.
     *
     * @param since when it began
     * @param by the administrator who began it
     * @param deadline when the tunnels that are left are ended
     */
    public record State(Instant since, String by, Optional<Instant> deadline) {
        /** For the audit lines of tunnels that end by it. */
        public String why() {
            return "the gateway is drained by " + by;
        }
    }

    private volatile Optional<State> state = Optional.empty();
    private volatile boolean leaving;

    @Inject
    Drain() {}

    /** Takes no new tunnels from now on. */
    public void begin(State drain) {
        state = Optional.of(drain);
    }

    /**
     * The gateway ends soon, which nothing takes back: load balancers are told at once, and tunnels are taken until a
     * drain begins, for those whose connections were accepted before.
     */
    public synchronized void leave() {
        leaving = true;
    }

    /** Whether the gateway ends soon. */
    public boolean isLeaving() {
        return leaving;
    }

    /** Whether clients should come here. */
    public boolean isReady() {
        return !leaving && state.isEmpty();
    }

    /** Takes tunnels again; false when it did so all the time, and when the gateway ends. */
    public synchronized boolean end() {
        if (leaving) {
            return false;
        }
        boolean drained = state.isPresent();
        state = Optional.empty();
        return drained;
    }

    /** Whether {@code drain} has not ended, and no other one taken its place. */
    public boolean isInForce(State drain) {
        return state.filter(drain::equals).isPresent();
    }

    /** The drain, if there is one now. */
    public Optional<State> state() {
        return state;
    }
}
