package io.gatehouse.client;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Always the same: every WebSocket mask is 01020304, every random byte is AA. */
final class FixedRandom implements RandomGenerator {
    @Override
    public int nextInt() {
        return 0x01020304;
    }

    @Override
    public long nextLong() {
        return 0x0102030405060708L;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0xAA);
    }
}
