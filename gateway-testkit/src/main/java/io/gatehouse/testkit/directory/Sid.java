package io.gatehouse.testkit.directory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** MS-DTYP 2.4.2 security identifiers. */
final class Sid {
    private Sid() {}

    /** The text form (2.4.2.1) of the packet form (2.4.2.2). */
    static String text(byte[] packet) {
        ByteBuffer in = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder text = new StringBuilder("S-").append(in.get());
        int parts = in.get();
        long authority = 0;
        for (int each = 0; each < 6; each++) {
            authority = authority << 8 | (in.get() & 0xff);
        }
        text.append('-').append(authority);
        for (int each = 0; each < parts; each++) {
            text.append('-').append(Integer.toUnsignedString(in.getInt()));
        }
        return text.toString();
    }
}
