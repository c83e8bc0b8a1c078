package io.gatehouse.jetty.transport;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.RateLimit;
import io.gatehouse.core.websocket.ClientFrame;
import io.gatehouse.core.websocket.FrameDecoder;
import io.gatehouse.core.websocket.ServerFrames;
import io.gatehouse.core.websocket.WebSocketException;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.socket.ReadBuffer;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket transport (MS-TSGU 2.1.2.1): both directions on one connection. Sends one packet a message, and no
 * PING: clients answer it wrongly. Takes the payloads of data frames as one stream of bytes, however packets are cut
 * into frames.
 */
public final class WebSocketLink extends EndPointLink {
    /** Bytes of a control frame with the longest payload, as clients send it. */
    private static final int LARGEST_CONTROL_FRAME = PacketPump.SMALLEST_CHARGE + 125;
    /** Bytes; the largest packet is far smaller, but a client may put several into a frame. */
    private static final long MAX_FRAME = 16L * 1024 * 1024;

    /** PINGs and PONGs of a client at once; clients send one in 20 seconds or so. */
    private static final int CONTROL_FRAMES = 60;
    /** How soon the next may come. */
    private static final Duration CONTROL_FRAME_INTERVAL = Duration.ofMillis(500);

    private static final PacketPump.Supply TOO_MANY_CONTROL_FRAMES =
            new PacketPump.Supply.Broken("more than " + CONTROL_FRAMES + " PINGs and PONGs (expected at most one in "
                    + CONTROL_FRAME_INTERVAL.toMillis() + " ms)");

    private final ByteBufferPool pool;
    private final MonotonicClock time;
    private final TunnelFactory tunnels;
    private final TunnelStart start;
    private final ByteBuffer frameHeader = ByteBuffer.allocate(ServerFrames.MAX_HEADER);
    private volatile @Nullable TunnelDriver tunnel;
    private @Nullable Input input;

    /**
     * A link.
     *
     * @param tunnels opens the tunnel once the connection is ours
     */
    public WebSocketLink(
            EndPoint endPoint, ByteBufferPool pool, MonotonicClock time, TunnelFactory tunnels, TunnelStart start) {
        super(endPoint);
        this.pool = pool;
        this.time = time;
        this.tunnels = tunnels;
        this.start = start;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        TunnelDriver made = tunnels.open(start, this);
        tunnel = made;
        Input begun = new Input(made);
        input = begun;
        begun.iterate();
    }

    @Override
    public void onFillable() {
        Input begun = input;
        if (begun != null) {
            begun.iterate();
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        TunnelDriver running = tunnel;
        if (running != null) {
            running.transportClosed(cause == null ? "the connection closed" : "the connection failed: " + cause);
        }
    }

    @Override
    public void writePacket(ByteBuffer packet, Callback callback) {
        getEndPoint().write(callback, frameHeader(packet.remaining()), packet);
    }

    @Override
    public void writeData(ByteBuffer payload, Callback callback) {
        ByteBuffer header = dataHeader(payload.remaining());
        getEndPoint().write(callback, frameHeader(header.remaining() + payload.remaining()), header, payload);
    }

    private ByteBuffer frameHeader(int length) {
        frameHeader.clear();
        ServerFrames.putBinaryHeader(frameHeader, length);
        return frameHeader.flip();
    }

    @Override
    public void finish() {
        EndPoint endPoint = getEndPoint();
        if (endPoint.isOpen()) {
            endPoint.write(Callback.from(this::closeInOrder, failure -> abort()), ServerFrames.close(1000));
        }
    }

    /** Takes the payloads out of the frames. */
    private final class Input extends PacketPump {
        private final FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
        private final ReadBuffer network = new ReadBuffer(pool, PacketPump.INPUT_SIZE, takeLeftover());

        private final RateLimit controlFrames = new RateLimit(time, CONTROL_FRAMES, CONTROL_FRAME_INTERVAL);
        private final Pongs pongs;

        Input(TunnelDriver tunnel) {
            super(tunnel, FairEndPoint.flow(getEndPoint()), start.guards());
            pongs = new Pongs(tunnel.output());
        }

        @Override
        protected Supply supply() throws IOException {
            try {
                while (true) {
                    switch (decoder.next(network.bytes())) {
                        case ClientFrame.Payload(ByteBuffer bytes) -> {
                            return new Supply.Bytes(bytes, bytes.remaining());
                        }
                        case ClientFrame.Ping(ByteBuffer payload) -> {
                            if (!controlFrames.count()) {
                                return TOO_MANY_CONTROL_FRAMES;
                            }
                            int size = SMALLEST_CHARGE + payload.remaining();
                            pongs.answer(payload);
                            return new Supply.Control(size);
                        }
                        case ClientFrame.Pong ignored -> {
                            return controlFrames.count()
                                    ? new Supply.Control(LARGEST_CONTROL_FRAME)
                                    : TOO_MANY_CONTROL_FRAMES;
                        }
                        case ClientFrame.Close(int status) -> {
                            return new Supply.End("the client closed the WebSocket with status " + status);
                        }
                        case null -> {
                            if (hasGathered()) {
                                return EXHAUSTED;
                            }
                            int filled = network.fillWithRecords(getEndPoint());
                            if (filled == 0) {
                                fillInterested();
                                return WAIT;
                            }
                            if (filled < 0) {
                                return new Supply.End("the client closed the connection");
                            }
                        }
                    }
                }
            } catch (WebSocketException e) {
                return new Supply.Broken(String.valueOf(e.getMessage()));
            }
        }

        @Override
        protected void release() {
            network.release();
        }
    }
}
