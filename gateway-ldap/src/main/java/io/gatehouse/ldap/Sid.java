package io.gatehouse.ldap;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** MS-DTYP 2.4.2: security identifiers, as bytes in the directory and as text everywhere else. */
final class Sid {
    private static final Pattern TEXT = Pattern.compile("S-1-[0-9]{1,15}(?:-[0-9]{1,10}){1,15}");
    private static final int HEAD = 8;
    private static final int MOST_PARTS = 15;

    private Sid() {}

    /** The text of a SID; empty when the bytes are none. */
    static Optional<String> text(byte[] bytes) {
        if (bytes.length < HEAD || bytes[0] != 1 || bytes[1] < 1 || bytes[1] > MOST_PARTS) {
            return Optional.empty();
        }
        if (bytes.length != HEAD + 4 * bytes[1]) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("S-1-").append(new BigInteger(1, bytes, 2, 6));
        for (int i = HEAD; i < bytes.length; i += 4) {
            long part = (bytes[i] & 0xffL)
                    | (bytes[i + 1] & 0xffL) << 8
                    | (bytes[i + 2] & 0xffL) << 16
                    | (bytes[i + 3] & 0xffL) << 24;
            text.append('-').append(part);
        }
        return Optional.of(text.toString());
    }

    /** The bytes of a SID; empty when the text is none. */
    static Optional<byte[]> bytes(String text) {
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        String[] parts = text.split("-", -1);
        long authority = Long.parseLong(parts[2]);
        byte[] bytes = new byte[HEAD + 4 * (parts.length - 3)];
        bytes[0] = 1;
        bytes[1] = (byte) (parts.length - 3);
        for (int i = 0; i < 6; i++) {
            bytes[2 + i] = (byte) (authority >> (8 * (5 - i)));
        }
        for (int i = 3; i < parts.length; i++) {
            long part = Long.parseLong(parts[i]);
            if (part > 0xffffffffL) {
                return Optional.empty();
            }
            for (int j = 0; j < 4; j++) {
                bytes[HEAD + 4 * (i - 3) + j] = (byte) (part >> (8 * j));
            }
        }
        return Optional.of(bytes);
    }
}
