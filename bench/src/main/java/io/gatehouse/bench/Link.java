package io.gatehouse.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One connection through a proxy to the {@link LoadTarget}. For one thread. */
interface Link extends Closeable {
    /** The payload in bytes that fills one TLS record together with the link's own headers. */
    int pieceSize();

    /**
     * Puts {@code payload}, at most {@link #pieceSize()} bytes, into the link's framing, to be sent any number of
     * times.
     */
    ByteBuffer frame(ByteBuffer payload);

    /** Sends what {@link #frame} made and leaves it as it was. */
    void send(ByteBuffer frame) throws IOException;

    /**
     * Waits for bytes of the target.
     *
     * @return how many there were, at least 1
     * @throws java.io.EOFException if the link ended
     */
    int receive() throws IOException;

    /** Cuts the link off, from any thread, while others send and receive. */
    void abort() throws IOException;
}
