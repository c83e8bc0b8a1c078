package io.gatehouse.formats.der;

import java.io.ByteArrayOutputStream;

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

    /** An INTEGER. */
    public static byte[] integer(int number) {
        int octets = 4;
        while (octets > 1 && (number >> (8 * octets - 9)) == (number >> 31)) {
            octets--;
        }
        byte[] content = new byte[octets];
        for (int i = 0; i < octets; i++) {
            content[i] = (byte) (number >> (8 * (octets - 1 - i)));
        }
        return value(Der.INTEGER, content);
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
