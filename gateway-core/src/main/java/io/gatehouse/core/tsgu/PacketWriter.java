package io.gatehouse.core.tsgu;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the fields of one packet in order into a buffer of its own.
 *
 * <p>A value that does not fit its field is an {@link IllegalArgumentException}.
 */
final class PacketWriter {
    private static final int INITIAL_CAPACITY = 64;
    private static final int MAX_LENGTH = 0xFFFF;

    private ByteBuffer packet = ByteBuffer.allocate(INITIAL_CAPACITY).order(ByteOrder.LITTLE_ENDIAN);

    /** A writer that has written a header with the length left open. */
    PacketWriter(PacketType type) {
        u16(type.value(), "packetType").u16(0, "reserved").u32(0);
    }

    PacketWriter u8(int value, String field) {
        room(1).put((byte) checked(value, 0xFF, field));
        return this;
    }

    PacketWriter u16(int value, String field) {
        room(2).putShort((short) checked(value, 0xFFFF, field));
        return this;
    }

    PacketWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    PacketWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    PacketWriter bytes(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** A length in bytes and the token's bytes. */
    PacketWriter blob(Token token, String field) {
        return u16(token.length(), field).bytes(token.bytes());
    }

    /** A length in bytes and the remaining bytes of {@code data}, whose position stays. */
    PacketWriter blob(ByteBuffer data, String field) {
        u16(data.remaining(), field);
        room(data.remaining()).put(data.duplicate());
        return this;
    }

    /**
     * A length in bytes and UTF-16LE with a NUL; the longest possible text leaves no room for the NUL and goes without.
     */
    PacketWriter text(String text, String field) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + " with a NUL inside (expected text without)");
        }
        int length = checked(2 * text.length(), MAX_LENGTH, field);
        boolean terminated = length + 2 <= MAX_LENGTH;
        u16(terminated ? length + 2 : length, field);
        room(length + 2);
        for (int i = 0; i < text.length(); i++) {
            packet.putChar(text.charAt(i));
        }
        if (terminated) {
            packet.putChar('\0');
        }
        return this;
    }

    /** The packet with its length filled in, from position to limit. */
    ByteBuffer finish() {
        packet.putInt(TsguCodec.PACKET_LENGTH_OFFSET, packet.position());
        return packet.flip();
    }

    private ByteBuffer room(int length) {
        if (packet.remaining() < length) {
            int capacity = Math.max(2 * packet.capacity(), packet.position() + length);
            packet =
                    ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(packet.flip());
        }
        return packet;
    }

    private static int checked(int value, int max, String field) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(field + " " + value + " (expected 0 to " + max + ")");
        }
        return value;
    }
}
