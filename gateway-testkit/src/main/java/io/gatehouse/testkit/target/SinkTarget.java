package io.gatehouse.testkit.target;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Reads everything and compares it with {@link Pattern}, from its beginning for each connection; never answers. */
public final class SinkTarget extends LoopbackTarget {
    private final AtomicLong firstMismatch = new AtomicLong(-1);

    /** Listens. */
    public SinkTarget() {
        super(0);
        start();
    }

    /** The offset in its connection of the first byte that was not as in {@link Pattern}; -1 when there is none. */
    public long firstMismatch() {
        return firstMismatch.get();
    }

    @Override
    void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[65536];
        long offset = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            long mismatch = Pattern.mismatch(ByteBuffer.wrap(buffer, 0, count), offset);
            if (mismatch >= 0) {
                firstMismatch.compareAndSet(-1, mismatch);
            }
            offset += count;
            countReceived(count);
        }
    }
}
