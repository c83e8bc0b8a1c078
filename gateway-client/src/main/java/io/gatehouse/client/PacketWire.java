package io.gatehouse.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries TSGU packets over one transport. One thread may read while another one writes; buffers to write need an
 * array.
 */
interface PacketWire extends Closeable {
    /** Sends the remaining bytes of all parts as one unit of the transport: a frame or a chunk. */
    void write(ByteBuffer... parts) throws IOException;

    /**
     * Sends bytes in pieces of the given sizes, the rest as the last piece: frames of one fragmented message, or
     * chunks.
     */
    void writeFragments(ByteBuffer bytes, int... sizes) throws IOException;

    /** Sends bytes without any framing. */
    void writeUnframed(ByteBuffer bytes) throws IOException;

    /**
     * Waits for bytes of the packet stream, however the transport cut them.
     *
     * @return a view that is valid until the next read; null at the end of the stream
     * @throws java.net.SocketTimeoutException after the read timeout; nothing is lost
     */
    @Nullable ByteBuffer read() throws IOException;

    void readTimeout(Duration timeout) throws IOException;

    /** Ends all connections by RST, whatever other threads do. */
    void abort();

    /** Ends all connections in the way of the transport. */
    @Override
    void close();
}
