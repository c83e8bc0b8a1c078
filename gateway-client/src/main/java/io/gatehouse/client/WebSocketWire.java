package io.gatehouse.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** TSGU packets in WebSocket frames. As strict with the gateway as RFC 6455 allows; PING is answered, CLOSE too. */
final class WebSocketWire implements PacketWire {
    private static final int MAX_CONTROL = 125;
    private static final long MAX_FRAME = 64L << 20;
    private static final int NO_STATUS = 1005;

    private final Connection connection;
    private final RandomGenerator random;
    private final ReentrantLock writing = new ReentrantLock();
    private long payloadLeft;
    private boolean inMessage;
    private boolean closeSent;
    private volatile @Nullable ByteBuffer lastPong;
    private volatile @Nullable Integer closeStatus;

    /** Takes over a connection whose next bytes are frames. */
    WebSocketWire(Connection connection, RandomGenerator random) {
        this.connection = connection;
        this.random = random;
    }

    @Override
    public void write(ByteBuffer... parts) throws IOException {
        send(ClientFrames.BINARY, true, parts);
    }

    @Override
    public void writeFragments(ByteBuffer bytes, int... sizes) throws IOException {
        int opcode = ClientFrames.BINARY;
        for (int size : sizes) {
            send(opcode, false, bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
            opcode = ClientFrames.CONTINUATION;
        }
        send(opcode, true, bytes);
    }

    @Override
    public void writeUnframed(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            connection.write(bytes);
        } finally {
            writing.unlock();
        }
    }

    void ping(ByteBuffer payload) throws IOException {
        send(ClientFrames.PING, true, payload);
    }

    /** The payload of the last PONG that was read. */
    Optional<ByteBuffer> lastPong() {
        return Optional.ofNullable(lastPong).map(ByteBuffer::duplicate);
    }

    /** The status of the gateway's CLOSE, 1005 when it had none; empty before there was one. */
    OptionalInt closeStatus() {
        Integer status = closeStatus;
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        ByteBuffer input = connection.input();
        while (true) {
            if (payloadLeft > 0) {
                if (!connection.require(1)) {
                    throw new EOFException("connection ended " + payloadLeft + " bytes before the end of a frame");
                }
                int length = (int) Math.min(payloadLeft, input.remaining());
                ByteBuffer piece = input.slice(input.position(), length);
                input.position(input.position() + length);
                payloadLeft -= length;
                return piece;
            }
            if (closeStatus != null || !readHeader(input)) {
                return null;
            }
        }
    }

    /** Reads one frame's header, and the whole frame if it is a control frame; false at the end of the stream. */
    private boolean readHeader(ByteBuffer input) throws IOException {
        if (!connection.require(2)) {
            return false;
        }
        int first = input.get(input.position()) & 0xFF;
        int second = input.get(input.position() + 1) & 0xFF;
        if ((first & 0x70) != 0 || (second & 0x80) != 0) {
            throw new ProtocolException("frame begins with " + Integer.toHexString(first << 8 | second)
                    + " (expected no reserved bit and no mask)");
        }
        int opcode = first & 0x0F;
        if (opcode >= ClientFrames.CLOSE) {
            return readControl(input, first, second);
        }
        checkData(opcode, (first & 0x80) != 0);
        int size = second == 126 ? 4 : second == 127 ? 10 : 2;
        connection.require(size);
        long length = second == 126
                ? input.getShort(input.position() + 2) & 0xFFFF
                : second == 127 ? input.getLong(input.position() + 2) : second;
        if (length < 0 || length > MAX_FRAME) {
            throw new ProtocolException(
                    "frame of " + Long.toUnsignedString(length) + " bytes (expected at most " + MAX_FRAME + ")");
        }
        inMessage = (first & 0x80) == 0;
        input.position(input.position() + size);
        payloadLeft = length;
        return true;
    }

    private void checkData(int opcode, boolean fin) throws ProtocolException {
        if (opcode != (inMessage ? ClientFrames.CONTINUATION : ClientFrames.BINARY)) {
            throw new ProtocolException(
                    "opcode " + opcode + (fin ? "" : " of a fragment") + " (expected " + (inMessage ? "0" : "2") + ")");
        }
    }

    private boolean readControl(ByteBuffer input, int first, int length) throws IOException {
        if ((first & 0x80) == 0 || length > MAX_CONTROL) {
            throw new ProtocolException("control frame that is fragmented or longer than 125 bytes");
        }
        connection.require(2 + length);
        ByteBuffer payload = ByteBuffer.allocate(length);
        payload.put(0, input, input.position() + 2, length);
        input.position(input.position() + 2 + length);
        switch (first & 0x0F) {
            case ClientFrames.CLOSE -> {
                closeStatus = length >= 2 ? payload.getShort(0) & 0xFFFF : NO_STATUS;
                sendClose(payload.limit(Math.min(length, 2)));
            }
            case ClientFrames.PING -> send(ClientFrames.PONG, true, payload);
            case ClientFrames.PONG -> lastPong = payload;
            default -> throw new ProtocolException("opcode " + (first & 0x0F) + " (expected 0, 2, 8, 9 or 10)");
        }
        return true;
    }

    private void send(int opcode, boolean fin, ByteBuffer... parts) throws IOException {
        ByteBuffer frame = ClientFrames.encode(opcode, fin, random.nextInt(), parts);
        writeUnframed(frame);
    }

    private void sendClose(ByteBuffer payload) {
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (!closeSent) {
                closeSent = true;
                send(ClientFrames.CLOSE, true, payload);
            }
        } catch (IOException ignored) {
            // The gateway has gone already.
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        connection.readTimeout(timeout);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    /** Sends CLOSE 1000 unless another thread is stuck in sending, and does not wait for the answer. */
    @Override
    public void close() {
        if (writing.isLocked() && !writing.isHeldByCurrentThread()) {
            connection.abort();
            return;
        }
        sendClose(ByteBuffer.allocate(2).putShort(0, (short) 1000));
        connection.close();
    }
}
