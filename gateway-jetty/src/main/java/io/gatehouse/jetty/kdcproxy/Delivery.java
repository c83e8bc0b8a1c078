package io.gatehouse.jetty.kdcproxy;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a KDC may have got a message: either it is handed over to the KDC, or taken back before that, and never both.
 * Safe for use by two threads, of which one asks the KDC and the other loses patience.
 */
final class Delivery {
    private enum State {
        PENDING,
        HANDED_OVER,
        WITHDRAWN
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

    /**
     * The first byte of the message is about to be sent.
     *
     * @throws NotDeliveredException when it was taken back
     */
    void handOver() throws NotDeliveredException {
        if (state.compareAndExchange(State.PENDING, State.HANDED_OVER) == State.WITHDRAWN) {
            throw new NotDeliveredException("taken back");
        }
    }

    /** Takes the message back; answers whether no KDC has got any of it. */
    boolean withdraw() {
        return state.compareAndExchange(State.PENDING, State.WITHDRAWN) != State.HANDED_OVER;
    }
}
