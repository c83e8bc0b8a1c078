package io.gatehouse.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes what a WebSocket client sends: masked frames (RFC 6455 section 5). */
final class ClientFrames {
    static final int CONTINUATION = 0x0;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    private static final int MAX_HEADER = 14;

    private ClientFrames() {}

    /** One frame with the remaining bytes of all parts as payload. */
    static ByteBuffer encode(int opcode, boolean fin, int mask, ByteBuffer... parts) {
        int length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        ByteBuffer frame = ByteBuffer.allocate(MAX_HEADER + length);
        frame.put((byte) (fin ? 0x80 | opcode : opcode));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length <= 0xFFFF) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        frame.putInt(mask);
        int payload = frame.position();
        for (ByteBuffer part : parts) {
            frame.put(part);
        }
        mask(frame.flip(), payload, mask);
        return frame;
    }

    /** Masks from {@code start} to the limit, eight bytes at a time. */
    private static void mask(ByteBuffer frame, int start, int mask) {
        frame.order(ByteOrder.BIG_ENDIAN);
        long wide = ((mask & 0xFFFFFFFFL) << 32) | (mask & 0xFFFFFFFFL);
        int index = start;
        for (; index <= frame.limit() - Long.BYTES; index += Long.BYTES) {
            frame.putLong(index, frame.getLong(index) ^ wide);
        }
        for (int shift = 24; index < frame.limit(); index++, shift = shift == 0 ? 24 : shift - 8) {
            frame.put(index, (byte) (frame.get(index) ^ (mask >>> shift)));
        }
    }
}
