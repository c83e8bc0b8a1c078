package io.gatehouse.core.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames of one client (RFC 6455 section 5) from any cutting of its byte stream. Payload is unmasked in
 * place and handed out piece by piece as it arrives, never collected: the memory of a decoder does not depend on what a
 * client sends.
 *
 * <p>Not thread safe; one decoder a connection.
 */
public final class FrameDecoder {
    private static final int MAX_CONTROL = 125;
    private static final int NO_STATUS = 1005;

    private final long maxFrame;
    private final byte[] header = new byte[14];
    private int headerBytes;
    private int opcode;
    private boolean inMessage;
    private boolean inPayload;
    private long payloadLeft;
    private int mask;
    private final ByteBuffer control = ByteBuffer.allocate(MAX_CONTROL);

    /**
     * A decoder.
     *
     * @param maxFrame the largest payload of one frame in bytes
     */
    public FrameDecoder(long maxFrame) {
        this.maxFrame = maxFrame;
    }

    /**
     * The next thing in {@code bytes}, or null when all of them are consumed.
     *
     * @param bytes network bytes; consumed up to the end of what is returned, and changed where they were masked
     */
    public @Nullable ClientFrame next(ByteBuffer bytes) throws WebSocketException {
        if (!inPayload && !readHeader(bytes)) {
            return null;
        }
        if (opcode >= 0x8) {
            if (!collectControl(bytes)) {
                return null;
            }
            inPayload = false;
            return controlFrame();
        }
        return payloadLeft > 0 && !bytes.hasRemaining() ? null : payload(bytes);
    }

    private ClientFrame.Payload payload(ByteBuffer bytes) {
        int length = (int) Math.min(payloadLeft, bytes.remaining());
        ByteBuffer piece = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        unmask(piece);
        payloadLeft -= length;
        inPayload = payloadLeft > 0;
        return new ClientFrame.Payload(piece);
    }

    /**
     * RFC 6455 5.3, eight bytes at a time; the mask is turned so that it fits the next piece. In the byte order of the
     * processor, so that the compiler makes vectors of it.
     */
    private void unmask(ByteBuffer piece) {
        long wide = ((mask & 0xFFFFFFFFL) << 32) | (mask & 0xFFFFFFFFL);
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            wide = Long.reverseBytes(wide);
        }
        piece.order(ByteOrder.nativeOrder());
        int index = 0;
        int length = piece.limit();
        for (; index <= length - Long.BYTES; index += Long.BYTES) {
            piece.putLong(index, piece.getLong(index) ^ wide);
        }
        piece.order(ByteOrder.BIG_ENDIAN);
        int start = index;
        for (; index < length; index++) {
            piece.put(index, (byte) (piece.get(index) ^ (mask >>> (24 - 8 * (index - start)))));
        }
        mask = Integer.rotateLeft(mask, 8 * (length & 3));
    }

    private boolean readHeader(ByteBuffer bytes) throws WebSocketException {
        while (headerBytes < headerSize()) {
            if (!bytes.hasRemaining()) {
                return false;
            }
            header[headerBytes++] = bytes.get();
            if (headerBytes == 2) {
                checkFirstBytes();
            }
        }
        ByteBuffer view = ByteBuffer.wrap(header);
        int shortLength = header[1] & 0x7F;
        payloadLeft =
                shortLength == 126 ? view.getShort(2) & 0xFFFF : shortLength == 127 ? view.getLong(2) : shortLength;
        mask = view.getInt(headerBytes - 4);
        if (payloadLeft < 0 || payloadLeft > maxFrame) {
            throw new WebSocketException(
                    "frame of " + Long.toUnsignedString(payloadLeft) + " bytes (expected at most " + maxFrame + ")");
        }
        headerBytes = 0;
        inPayload = true;
        control.clear();
        return true;
    }

    private int headerSize() {
        if (headerBytes < 2) {
            return 2;
        }
        int shortLength = header[1] & 0x7F;
        return 6 + (shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0);
    }

    private void checkFirstBytes() throws WebSocketException {
        boolean fin = (header[0] & 0x80) != 0;
        opcode = header[0] & 0x0F;
        if ((header[0] & 0x70) != 0) {
            throw new WebSocketException(
                    "reserved bits " + (header[0] & 0x70) + " (expected 0, no extension was agreed)");
        }
        if ((header[1] & 0x80) == 0) {
            throw new WebSocketException("frame without mask");
        }
        switch (opcode) {
            case 0x0 -> {
                if (!inMessage) {
                    throw new WebSocketException("continuation without a message");
                }
                inMessage = !fin;
            }
            case 0x2 -> {
                if (inMessage) {
                    throw new WebSocketException("a new message inside a fragmented one");
                }
                inMessage = !fin;
            }
            case 0x8, 0x9, 0xA -> {
                if (!fin || (header[1] & 0x7F) > MAX_CONTROL) {
                    throw new WebSocketException("control frame that is fragmented or longer than 125 bytes");
                }
            }
            default -> throw new WebSocketException("opcode " + opcode + " (expected 0, 2, 8, 9 or 10)");
        }
    }

    private boolean collectControl(ByteBuffer bytes) {
        int length = (int) Math.min(payloadLeft, bytes.remaining());
        if (length > 0) {
            ByteBuffer piece = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            unmask(piece);
            control.put(piece);
            payloadLeft -= length;
        }
        return payloadLeft == 0;
    }

    private ClientFrame controlFrame() throws WebSocketException {
        control.flip();
        return switch (opcode) {
            case 0x8 -> {
                if (control.remaining() == 1) {
                    throw new WebSocketException("close frame of 1 byte (expected none or at least 2)");
                }
                yield new ClientFrame.Close(control.remaining() >= 2 ? control.getShort() & 0xFFFF : NO_STATUS);
            }
            case 0x9 ->
                new ClientFrame.Ping(
                        ByteBuffer.allocate(control.remaining()).put(control).flip());
            default -> new ClientFrame.Pong();
        };
    }
}
