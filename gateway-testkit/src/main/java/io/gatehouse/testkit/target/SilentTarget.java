package io.gatehouse.testkit.target;

import java.net.Socket;

/** Accepts and then neither reads nor writes, with a small receive buffer, so that back-pressure comes soon. */
public final class SilentTarget extends LoopbackTarget {
    private static final int RECEIVE_BUFFER = 8192;

    /** Listens. */
    public SilentTarget() {
        super(RECEIVE_BUFFER);
        start();
    }

    /** Holds the connection until this side closes it; the other side's end is not noticed, as nothing is read. */
    @Override
    void serve(Socket socket) {
        try {
            awaitClosed(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
