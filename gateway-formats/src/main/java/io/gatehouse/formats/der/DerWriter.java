package io.gatehouse.formats.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes DER values (X.690 section 10): one-byte tags, definite lengths in their shortest form. */
public final class DerWriter {
    private DerWriter() {}

    /** The value with the tag {@code tag} whose content is {@code parts}, one behind the other. */
    public static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(length + 5);
        value.write(tag);
        length(value, length);
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        return value.toByteArray();
    }

    /** A SEQUENCE of {@code fields}. */
    public static byte[] sequence(byte[]... fields) {
        return value(Der.SEQUENCE, fields);
    }

    /** The field {@code [number]} of a SEQUENCE. */
    public static byte[] field(int number, byte[] value) {
        return value(Der.context(number), value);
    }

    /** An INTEGER. */
    public static byte[] integer(long number) {
        return value(Der.INTEGER, BigInteger.valueOf(number).toByteArray());
    }

    /** An OCTET STRING. */
    public static byte[] octets(byte[]... parts) {
        return value(Der.OCTET_STRING, parts);
    }

    private static void length(ByteArrayOutputStream value, int length) {
        if (length < 0x80) {
            value.write(length);
            return;
        }
        int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
        value.write(0x80 | octets);
        for (int i = octets - 1; i >= 0; i--) {
            value.write(length >> (8 * i));
        }
    }
}
