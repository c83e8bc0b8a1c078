package io.gatehouse.jetty;

import io.gatehouse.core.websocket.ClientFrame;
import io.gatehouse.core.websocket.FrameDecoder;
import io.gatehouse.core.websocket.ServerFrames;
import io.gatehouse.core.websocket.WebSocketException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket transport (MS-TSGU 2.1.2.1): both directions on one connection. Sends one packet a message, and no PING: clients
 * answer it wrongly. Takes the payloads of data frames as one stream of bytes, however packets are cut into frames.
 */
final class WebSocketLink extends EndPointLink {
    private static final int INPUT_SIZE = 32 * 1024;
    /** Bytes of a control frame with the longest payload, as clients send it. */
    private static final int LARGEST_CONTROL_FRAME = PacketPump.SMALLEST_CHARGE + 125;
    /** Bytes; the largest packet is far smaller, but a client may put several into a frame. */
    private static final long MAX_FRAME = 16L * 1024 * 1024;

    private final ByteBufferPool pool;
    private final Function<ClientLink, TunnelDriver> tunnels;
    private final List<ConnectionGuard> guards;
    private final ByteBuffer frameHeader = ByteBuffer.allocate(ServerFrames.MAX_HEADER);
    private volatile @Nullable TunnelDriver tunnel;
    private @Nullable Input input;

    /**
     * A link.
     *
     * @param tunnels makes the tunnel once the connection is ours
     */
    WebSocketLink(
            EndPoint endPoint,
            Executor executor,
            ByteBufferPool pool,
            List<ConnectionGuard> guards,
            Function<ClientLink, TunnelDriver> tunnels) {
        super(endPoint, executor);
        this.pool = pool;
        this.guards = guards;
        this.tunnels = tunnels;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        TunnelDriver made = tunnels.apply(this);
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
        private final ReadBuffer network = new ReadBuffer(pool, INPUT_SIZE, takeLeftover());

        Input(TunnelDriver tunnel) {
            super(tunnel, getExecutor(), guards);
        }

        @Override
        protected Supply supply() throws IOException {
            try {
                while (true) {
                    switch (decoder.next(network.bytes())) {
                        case ClientFrame.Payload(ByteBuffer bytes) -> {
                            return new Supply.Bytes(bytes);
                        }
                        case ClientFrame.Ping(ByteBuffer payload) -> {
                            if (!charge(SMALLEST_CHARGE + payload.remaining())) {
                                return new Supply.Broken("too many bytes before an open channel");
                            }
                            pong(payload);
                        }
                        case ClientFrame.Pong ignored -> {
                            if (!charge(LARGEST_CONTROL_FRAME)) {
                                return new Supply.Broken("too many bytes before an open channel");
                            }
                        }
                        case ClientFrame.Close(int status) -> {
                            return new Supply.End("the client closed the WebSocket with status " + status);
                        }
                        case null -> {
                            int filled = network.fill(getEndPoint());
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

        private void pong(ByteBuffer payload) {
            TunnelDriver running = tunnel;
            if (running != null) {
                running.output().sendRaw(ServerFrames.pong(payload));
            }
        }

        @Override
        protected void release() {
            network.release();
        }
    }
}
