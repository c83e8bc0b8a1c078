package io.gatehouse.testkit.target;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * An endless sequence of bytes that shows every loss, repetition and exchange: its period is a prime number of bytes,
 * so that no usual buffer size hides in it.
 */
public final class Pattern {
    private static final int PERIOD = 65521;
    private static final byte[] BYTES = new byte[PERIOD];

    static {
        new Random(42).nextBytes(BYTES);
    }

    private Pattern() {}

    /** Fills the remaining bytes of a buffer with the bytes of the sequence from {@code offset} on. */
    public static void fill(ByteBuffer target, long offset) {
        int position = (int) (offset % PERIOD);
        while (target.hasRemaining()) {
            int length = Math.min(target.remaining(), PERIOD - position);
            target.put(BYTES, position, length);
            position = 0;
        }
    }

    /**
     * Compares the remaining bytes of a buffer with the sequence from {@code offset} on, and does not consume them.
     *
     * @return the offset in the sequence of the first byte that differs, or -1
     */
    public static long mismatch(ByteBuffer actual, long offset) {
        ByteBuffer expected = ByteBuffer.wrap(BYTES);
        int done = 0;
        while (done < actual.remaining()) {
            int position = (int) ((offset + done) % PERIOD);
            int length = Math.min(actual.remaining() - done, PERIOD - position);
            int differs = actual.slice(actual.position() + done, length).mismatch(expected.slice(position, length));
            if (differs >= 0) {
                return offset + done + differs;
            }
            done += length;
        }
        return -1;
    }
}
