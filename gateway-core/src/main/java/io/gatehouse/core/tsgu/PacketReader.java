package io.gatehouse.core.tsgu;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the fields of one packet in order; each read that would run past the packet's end is malformed and allocates
 * nothing.
 */
final class PacketReader {
    private static final char REPLACEMENT = '\uFFFD';

    private final ByteBuffer packet;

    /** A reader of the remaining bytes of {@code packet}, whose own position stays. */
    PacketReader(ByteBuffer packet) {
        this.packet = packet.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int remaining() {
        return packet.remaining();
    }

    int u8(String field) throws MalformedPacketException {
        require(1, field);
        return Byte.toUnsignedInt(packet.get());
    }

    int u16(String field) throws MalformedPacketException {
        require(2, field);
        return Short.toUnsignedInt(packet.getShort());
    }

    int u32(String field) throws MalformedPacketException {
        require(4, field);
        return packet.getInt();
    }

    long u64(String field) throws MalformedPacketException {
        require(8, field);
        return packet.getLong();
    }

    Token bytes(int length, String field) throws MalformedPacketException {
        require(length, field);
        byte[] bytes = new byte[length];
        packet.get(bytes);
        return Token.of(bytes);
    }

    /** A length in bytes and as many bytes. */
    Token blob(String field) throws MalformedPacketException {
        return bytes(u16(field), field);
    }

    /** A length in bytes and as many bytes of UTF-16LE, cut at the first NUL. */
    String text(String field) throws MalformedPacketException {
        int length = u16(field);
        require(length, field);
        if (length % 2 != 0) {
            throw new MalformedPacketException(field + " of " + length + " bytes (expected an even number)");
        }
        ByteBuffer text = packet.slice(packet.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        packet.position(packet.position() + length);
        return decode(text);
    }

    /** The bytes up to the end of the packet, without a copy. */
    ByteBuffer rest() {
        ByteBuffer rest = packet.slice();
        packet.position(packet.limit());
        return rest;
    }

    /** The JDK's decoder would swallow the character after a lone surrogate; here each one becomes one U+FFFD. */
    private static String decode(ByteBuffer text) {
        StringBuilder decoded = new StringBuilder(text.remaining() / 2);
        while (text.hasRemaining()) {
            char unit = text.getChar();
            if (unit == 0) {
                break;
            }
            if (!Character.isSurrogate(unit)) {
                decoded.append(unit);
            } else if (Character.isHighSurrogate(unit)
                    && text.hasRemaining()
                    && Character.isLowSurrogate(text.getChar(text.position()))) {
                decoded.append(unit).append(text.getChar());
            } else {
                decoded.append(REPLACEMENT);
            }
        }
        return decoded.toString();
    }

    private void require(int length, String field) throws MalformedPacketException {
        if (packet.remaining() < length) {
            throw new MalformedPacketException(
                    field + " with " + packet.remaining() + " bytes left (expected at least " + length + ")");
        }
    }
}
