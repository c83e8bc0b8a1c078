package io.gatehouse.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

class BodyDecoderFuzzTest {
    /** Hostile bytes cause a body or one exception, and the same bytes the same, however they are cut. */
    @FuzzTest
    void anyCuttingGivesTheSame(FuzzedDataProvider data) {
        int cut = data.consumeInt(0, 64);
        byte[] bytes = data.consumeRemainingAsBytes();

        assertThat(run(bytes, Math.min(cut, bytes.length))).isEqualTo(run(bytes, 0));
    }

    private static String run(byte[] bytes, int cut) {
        BodyDecoder decoder = BodyDecoder.chunked();
        StringBuilder seen = new StringBuilder();
        try {
            append(seen, decoder, ByteBuffer.wrap(bytes, 0, cut));
            append(seen, decoder, ByteBuffer.wrap(bytes, cut, bytes.length - cut));
        } catch (MalformedBodyException e) {
            seen.append("| ").append(e.getMessage());
        }
        return seen.append(decoder.isOver()).toString();
    }

    private static void append(StringBuilder seen, BodyDecoder decoder, ByteBuffer bytes)
            throws MalformedBodyException {
        for (ByteBuffer piece = decoder.next(bytes); piece != null; piece = decoder.next(bytes)) {
            while (piece.hasRemaining()) {
                seen.append((char) (piece.get() & 0xFF));
            }
        }
    }
}
