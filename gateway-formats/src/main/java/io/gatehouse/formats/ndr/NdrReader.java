package io.gatehouse.formats.ndr;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.formats.text.PrintableText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * C706 chapter 14: reads NDR, little-endian, each number aligned to its size. The other parts of a PAC are laid out
 * alike. Every length is checked before anything is read or allocated, so that hostile bytes cost no more memory than
 * they have themselves. One thread.
 */
public final class NdrReader {
    /** In characters; no name of a directory is longer. */
    private static final int LONGEST_NAME = 2048;

    private final ByteBuffer buffer;
    private final String place;

    /** A reader of {@code bytes}. */
    public NdrReader(byte[] bytes) {
        this(bytes, "");
    }

    /** A reader of {@code bytes}, which {@code what} names in messages. */
    public NdrReader(byte[] bytes, String what) {
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        place = what.isEmpty() ? "" : what + ": ";
    }

    /**
     * The fixed part of an RPC_UNICODE_STRING, whose characters come later.
     *
     * @param length bytes
     * @param present whether characters come at all
     */
    public record UnicodeString(int length, boolean present) {}

    /** Skips to a multiple of {@code size}. */
    public void align(int size) throws MalformedException {
        skip(-buffer.position() & (size - 1));
    }

    public void skip(int count) throws MalformedException {
        require(count);
        buffer.position(buffer.position() + count);
    }

    public int u8() throws MalformedException {
        require(1);
        return Byte.toUnsignedInt(buffer.get());
    }

    public int u16() throws MalformedException {
        align(Short.BYTES);
        require(Short.BYTES);
        return Short.toUnsignedInt(buffer.getShort());
    }

    /** 32 bits; unsigned numbers above 2³¹ come out negative. */
    public int u32() throws MalformedException {
        align(Integer.BYTES);
        require(Integer.BYTES);
        return buffer.getInt();
    }

    /** 64 bits. */
    public long u64() throws MalformedException {
        align(Long.BYTES);
        require(Long.BYTES);
        return buffer.getLong();
    }

    public byte[] bytes(int count) throws MalformedException {
        require(count);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    public UUID uuid() throws MalformedException {
        long high = (Integer.toUnsignedLong(u32()) << Integer.SIZE) | ((long) u16() << Short.SIZE) | u16();
        long low = 0;
        for (byte value : bytes(Long.BYTES)) {
            low = (low << Byte.SIZE) | Byte.toUnsignedLong(value);
        }
        return new UUID(high, low);
    }

    /** Whether a pointer points at something, which comes where NDR wants it. */
    public boolean pointer() throws MalformedException {
        return u32() != 0;
    }

    /**
     * A number of elements.
     *
     * @param largest how many are acceptable
     * @param size how many bytes each of them has at least in what is still to come
     */
    public int count(int largest, int size) throws MalformedException {
        long count = Integer.toUnsignedLong(u32());
        long most = Math.min(largest, buffer.remaining() / size);
        if (count > most) {
            throw malformed("%d elements at %d (expected at most %d)"
                    .formatted(count, buffer.position() - Integer.BYTES, most));
        }
        return (int) count;
    }

    /** The number in front of a conformant array, which must be {@code count}, as its structure said. */
    public void conformance(int count) throws MalformedException {
        int position = buffer.position();
        int found = u32();
        if (found != count) {
            throw malformed("array of %d elements at %d (expected %d)"
                    .formatted(Integer.toUnsignedLong(found), position, count));
        }
    }

    /** The fixed part of an RPC_UNICODE_STRING (MS-DTYP 2.3.10). */
    public UnicodeString unicodeString() throws MalformedException {
        align(Integer.BYTES);
        int length = u16();
        int most = u16();
        boolean present = pointer();
        if (length % Character.BYTES != 0 || length > most || (length > 0 && !present)) {
            throw malformed("string of %d of %d bytes, %s (expected an even length, and characters)"
                    .formatted(length, most, present ? "present" : "absent"));
        }
        return new UnicodeString(length, present);
    }

    /** The characters of a string whose fixed part was read before, whatever they are; empty when there are none. */
    public String characters(UnicodeString string) throws MalformedException {
        if (!string.present()) {
            return "";
        }
        int length = varyingArray(string);
        StringBuilder text = new StringBuilder(length);
        for (int index = 0; index < length; index++) {
            text.append(buffer.getChar());
        }
        return text.toString();
    }

    /** As {@link #characters}, where they are a name that messages and logs will show. */
    public String name(UnicodeString string) throws MalformedException {
        if (string.length() > LONGEST_NAME * Character.BYTES) {
            throw malformed("name of %d bytes (expected at most %d)"
                    .formatted(string.length(), LONGEST_NAME * Character.BYTES));
        }
        return printable(characters(string));
    }

    /** Steps over the characters of a string whose fixed part was read before. */
    public void skipCharacters(UnicodeString string) throws MalformedException {
        if (string.present()) {
            skip(varyingArray(string) * Character.BYTES);
        }
    }

    /** The counts in front of the characters of a string; answers how many these are. */
    private int varyingArray(UnicodeString string) throws MalformedException {
        int length = string.length() / Character.BYTES;
        int most = u32();
        int offset = u32();
        conformance(length);
        if (offset != 0 || Integer.compareUnsigned(most, length) < 0) {
            throw malformed("%d characters at %d of %d (expected at 0, within)"
                    .formatted(length, Integer.toUnsignedLong(offset), Integer.toUnsignedLong(most)));
        }
        require(length * Character.BYTES);
        return length;
    }

    /** A name of {@code length} bytes that stands here without counts in front of it. */
    public String name(int length) throws MalformedException {
        String name = nameAt(buffer.position(), length);
        skip(length);
        return name;
    }

    /** A name of {@code length} bytes that stands {@code offset} bytes behind the beginning. */
    public String nameAt(int offset, int length) throws MalformedException {
        if (offset < 0 || length < 0 || (long) offset + length > buffer.limit() || length % Character.BYTES != 0) {
            throw malformed("text of %d bytes at %d of %d".formatted(length, offset, buffer.limit()));
        }
        StringBuilder text = new StringBuilder(length / Character.BYTES);
        for (int index = 0; index < length; index += Character.BYTES) {
            text.append(buffer.getChar(offset + index));
        }
        return printable(text.toString());
    }

    private String printable(String text) throws MalformedException {
        if (!PrintableText.isPrintable(text)) {
            throw malformed("text with control characters");
        }
        return text;
    }

    /** An RPC_SID (MS-DTYP 2.4.2.3). */
    public Sid sid() throws MalformedException {
        int parts = count(Sid.MOST_PARTS, Integer.BYTES);
        int position = buffer.position();
        return Sid.of(bytes(Sid.HEADER + parts * Integer.BYTES))
                .orElseThrow(() -> malformed("no sid of %d parts at %d".formatted(parts, position)));
    }

    /** That these bytes are malformed, and what they are. */
    public MalformedException malformed(String problem) {
        return new MalformedException(place + problem);
    }

    /** How many bytes were read. */
    public int position() {
        return buffer.position();
    }

    /** How many bytes are left. */
    public int remaining() {
        return buffer.remaining();
    }

    private void require(int count) throws MalformedException {
        if (count < 0 || buffer.remaining() < count) {
            throw malformed("%d bytes at %d (expected %d)".formatted(buffer.remaining(), buffer.position(), count));
        }
    }
}
