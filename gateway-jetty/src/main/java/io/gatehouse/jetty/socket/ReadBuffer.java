package io.gatehouse.jetty.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * The bytes last read from a connection, in a pooled buffer that is held only while there are some. For one thread at a
 * time.
 */
public final class ReadBuffer {
    /** Bytes of a TLS record, decrypted: TLS gives one at a time, into a buffer that has room for the largest. */
    public static final int TLS_RECORD = 16 * 1024 + 512;

    private static final int LARGE = 8 * 1024;

    private final ByteBufferPool pool;
    private final int size;
    private @Nullable RetainableByteBuffer held;
    private ByteBuffer bytes;

    /**
     * A buffer.
     *
     * @param size how many bytes are read at once
     * @param bytes what was read before
     */
    public ReadBuffer(ByteBufferPool pool, int size, ByteBuffer bytes) {
        this.pool = pool;
        this.size = size;
        this.bytes = bytes;
    }

    /** What was read and not yet consumed; valid until the next {@link #fill} or {@link #release}. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Reads again, once everything is consumed.
     *
     * @return the number of bytes, 0 when there are none now, -1 at the end; the buffer is given back unless there are
     *     bytes, also when the connection has failed
     */
    public int fill(EndPoint endPoint) throws IOException {
        RetainableByteBuffer buffer = held;
        if (buffer == null) {
            buffer = pool.acquire(size, false);
            held = buffer;
        }
        bytes = buffer.getByteBuffer().clear().slice(0, size);
        BufferUtil.clear(bytes);
        int filled = -1;
        try {
            filled = endPoint.fill(bytes);
            return filled;
        } finally {
            if (filled <= 0) {
                release();
            }
        }
    }

    /**
     * The same with TLS, which gives one record at a time: goes on while there is room for one and large ones come. The
     * end shows at the next call.
     */
    public int fillWithRecords(EndPoint endPoint) throws IOException {
        int filled = fill(endPoint);
        for (int more = filled; more >= LARGE && BufferUtil.space(bytes) >= TLS_RECORD; ) {
            more = endPoint.fill(bytes);
            filled += Math.max(0, more);
        }
        return filled;
    }

    /** Gives the buffer back. */
    public void release() {
        bytes = BufferUtil.EMPTY_BUFFER;
        RetainableByteBuffer buffer = held;
        held = null;
        if (buffer != null) {
            buffer.release();
        }
    }
}
