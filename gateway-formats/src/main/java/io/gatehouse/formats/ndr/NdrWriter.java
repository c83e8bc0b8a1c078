package io.gatehouse.formats.ndr;

import io.gatehouse.formats.sid.Sid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/** C706 chapter 14: writes NDR, little-endian, each number aligned to its size. One thread. */
public final class NdrWriter {
    private static final int FIRST_REFERENT = 0x00020000;
    private static final int LARGEST_ALIGNMENT = 8;

    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    private int referent = FIRST_REFERENT;

    /** Zeros until the length is a multiple of {@code size}. */
    public void align(int size) {
        zeros(-buffer.position() & (size - 1));
    }

    public void zeros(int count) {
        reserve(count);
        buffer.position(buffer.position() + count);
    }

    public void u8(int value) {
        reserve(1);
        buffer.put((byte) value);
    }

    public void u16(int value) {
        align(Short.BYTES);
        reserve(Short.BYTES);
        buffer.putShort((short) value);
    }

    public void u32(int value) {
        align(Integer.BYTES);
        reserve(Integer.BYTES);
        buffer.putInt(value);
    }

    public void bytes(byte[] value) {
        reserve(value.length);
        buffer.put(value);
    }

    public void uuid(UUID value) {
        u32((int) (value.getMostSignificantBits() >>> 32));
        u16((int) (value.getMostSignificantBits() >>> 16));
        u16((int) value.getMostSignificantBits());
        long node = value.getLeastSignificantBits();
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            u8((int) (node >>> shift));
        }
    }

    /** A pointer to what must be written where NDR wants it. */
    public void pointer() {
        u32(referent);
        referent += Integer.BYTES;
    }

    /** A pointer to nothing. */
    public void nullPointer() {
        u32(0);
    }

    /** A string with its end, as the attribute {@code [string]} makes one of {@code wchar_t}. */
    public void string(String text) {
        characters(text + '\0');
    }

    /** The fixed part of an RPC_UNICODE_STRING (MS-DTYP 2.3.10); {@link #characters} are to follow. */
    public void unicodeString(String text) {
        u16(text.length() * Character.BYTES);
        u16(text.length() * Character.BYTES);
        pointer();
    }

    /** A conformant and varying array of UTF-16 characters. */
    public void characters(String text) {
        varyingArray(text.length());
        for (int index = 0; index < text.length(); index++) {
            u16(text.charAt(index));
        }
    }

    /** The fixed part of an RPC_STRING (MS-NRPC 2.2.1.1.2); {@link #octets} are to follow. */
    public void octetString(byte[] octets) {
        u16(octets.length);
        u16(octets.length);
        pointer();
    }

    /** A conformant and varying array of bytes. */
    public void octets(byte[] octets) {
        varyingArray(octets.length);
        bytes(octets);
    }

    /** An RPC_SID (MS-DTYP 2.4.2.3). */
    public void sid(Sid sid) {
        u32(sid.parts().size());
        bytes(sid.bytes());
    }

    private void varyingArray(int length) {
        u32(length);
        u32(0);
        u32(length);
    }

    /** How much was written. */
    public int length() {
        return buffer.position();
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void reserve(int count) {
        if (buffer.remaining() < count + LARGEST_ALIGNMENT) {
            byte[] larger = Arrays.copyOf(buffer.array(), buffer.capacity() * 2 + count);
            buffer = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(buffer.position());
        }
    }
}
