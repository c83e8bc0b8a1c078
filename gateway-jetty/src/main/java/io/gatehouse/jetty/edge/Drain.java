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

    @Inject
    Drain() {}

    /** Takes no new tunnels from now on. */
    public void begin(State drain) {
        state = Optional.of(drain);
    }

    /** Takes tunnels again; false when it did so all the time. */
    public synchronized boolean end() {
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
