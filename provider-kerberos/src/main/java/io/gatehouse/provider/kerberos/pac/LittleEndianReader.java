package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads numbers and text in Windows' byte order; whatever reaches behind the end is malformed. Not thread safe. */
final class LittleEndianReader {
    private final ByteBuffer buffer;
    private final String what;

    /** A reader of {@code bytes}; {@code what} names them in messages. */
    LittleEndianReader(byte[] bytes, String what) {
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.what = what;
    }

    int position() {
        return buffer.position();
    }

    int remaining() {
        return buffer.remaining();
    }

    int size() {
        return buffer.limit();
    }

    void skip(int count) throws MalformedException {
        require(count);
        buffer.position(buffer.position() + count);
    }

    /** Goes to the next multiple of {@code boundary}. */
    void align(int boundary) throws MalformedException {
        skip((boundary - buffer.position() % boundary) % boundary);
    }

    int uint8() throws MalformedException {
        require(Byte.BYTES);
        return Byte.toUnsignedInt(buffer.get());
    }

    int uint16() throws MalformedException {
        require(Short.BYTES);
        return Short.toUnsignedInt(buffer.getShort());
    }

    long uint32() throws MalformedException {
        require(Integer.BYTES);
        return Integer.toUnsignedLong(buffer.getInt());
    }

    long int64() throws MalformedException {
        require(Long.BYTES);
        return buffer.getLong();
    }

    byte[] bytes(int count) throws MalformedException {
        require(count);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    /** {@code length} bytes of UTF-16. */
    String text(int length) throws MalformedException {
        if (length % 2 != 0) {
            throw malformed("text of " + length + " bytes (expected an even number)");
        }
        return text(bytes(length));
    }

    /** UTF-16 text somewhere else in the same bytes. */
    String textAt(int offset, int length) throws MalformedException {
        if ((long) offset + length > buffer.limit() || length % 2 != 0) {
            throw malformed("text of %d bytes at %d of %d".formatted(length, offset, buffer.limit()));
        }
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return text(bytes);
    }

    private String text(byte[] bytes) throws MalformedException {
        try {
            String text = StandardCharsets.UTF_16LE
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.codePoints().anyMatch(LittleEndianReader::isUnprintable)) {
                throw malformed("text with control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw malformed("text that is not utf-16");
        }
    }

    private static boolean isUnprintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    MalformedException malformed(String problem) {
        return new MalformedException(what + ": " + problem);
    }

    private void require(int count) throws MalformedException {
        if (count > buffer.remaining()) {
            throw malformed("ends at %d of %d bytes that are needed"
                    .formatted(buffer.limit(), (long) buffer.position() + count));
        }
    }
}
