package io.gatehouse.jetty.target;

import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.scheduling.Flow;
import io.gatehouse.jetty.socket.ReadBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a target. It reads nothing before {@link #startRelay}, and then only as fast as the client takes
 * it: the next read waits until the last byte of the one before is written to the client.
 *
 * <p>One read is cut into DATA packets that fill a TLS record together with their WebSocket and TSGU headers, so that a
 * large read costs few system calls and the client still gets small packets.
 */
public final class TargetConnection extends AbstractConnection.NonBlocking {
    /**
     * The largest payload of a DATA packet: what the JDK puts into one TLS record, less 4 bytes of WebSocket and 10 of
     * TSGU. Of the 16384 bytes that TLS 1.3 allows it keeps 17 for padding and content type; one byte more makes a
     * second record.
     */
    static final int DATA_SIZE = 16_384 - 17 - 4 - 10;

    private final Flow flow;
    private final ReadBuffer input;
    private final RelayedBytes relayed;
    private final Relay relay = new Relay();
    private volatile @Nullable RelaySink sink;
    private final List<ByteBuffer> gathered = new ArrayList<>();
    private final AtomicLong bytesToTarget = new AtomicLong();
    private final AtomicLong bytesToClient = new AtomicLong();

    TargetConnection(EndPoint endPoint, Flow flow, ByteBufferPool pool, int readSize, RelayedBytes relayed) {
        super(endPoint, flow);
        this.flow = flow;
        this.relayed = relayed;
        // A whole number of packets: the rest would be a small packet, and a small record, for each read.
        int size = readSize > DATA_SIZE ? readSize - readSize % DATA_SIZE : readSize;
        this.input = new ReadBuffer(pool, size, BufferUtil.EMPTY_BUFFER);
    }

    /** Begins to read and to relay to {@code to}. */
    public void startRelay(RelaySink to) {
        sink = to;
        relay.iterate();
    }

    /** Keeps bytes of the client for {@link #writeGathered}; for one thread at a time, as that. */
    public void gather(ByteBuffer bytes) {
        gathered.add(bytes);
        bytesToTarget.addAndGet(bytes.remaining());
        relayed.toTarget(bytes.remaining());
    }

    /** Writes what was gathered, in one system call while the target takes it. */
    public void writeGathered(Callback callback) {
        if (gathered.isEmpty()) {
            callback.succeeded();
            return;
        }
        ByteBuffer[] all = gathered.toArray(ByteBuffer[]::new);
        gathered.clear();
        getEndPoint().write(callback, all);
    }

    public long bytesToTarget() {
        return bytesToTarget.get();
    }

    public long bytesToClient() {
        return bytesToClient.get();
    }

    @Override
    public void onFillable() {
        relay.iterate();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        closed("reading from the target failed: " + cause);
        super.onFillInterestedFailed(cause);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        relay.abort(cause == null ? new IOException("closed") : cause);
    }

    private void closed(String why) {
        RelaySink to = sink;
        if (to != null) {
            to.ended(why);
        }
    }

    /** Reads, then writes what was read in pieces, then reads again. */
    private final class Relay extends IteratingCallback {
        @Override
        protected Action process() throws IOException {
            RelaySink to = sink;
            if (to == null) {
                return Action.IDLE;
            }
            if (!input.bytes().hasRemaining()) {
                if (flow.turnIsOver()) {
                    flow.execute(this::iterate);
                    return Action.IDLE;
                }
                int filled = input.fill(getEndPoint());
                if (filled == 0) {
                    fillInterested();
                    return Action.IDLE;
                }
                if (filled < 0) {
                    closed("the target closed the connection");
                    return Action.SUCCEEDED;
                }
            }
            ByteBuffer unread = input.bytes();
            int length = Math.min(DATA_SIZE, unread.remaining());
            ByteBuffer piece = unread.slice(unread.position(), length);
            unread.position(unread.position() + length);
            bytesToClient.addAndGet(length);
            relayed.toClient(length);
            to.data(piece, this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            input.release();
            closed("the connection to the target failed: " + cause);
        }
    }
}
