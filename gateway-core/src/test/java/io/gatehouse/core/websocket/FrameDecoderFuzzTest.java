package io.gatehouse.core.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

class FrameDecoderFuzzTest {
    /** Hostile bytes cause frames or one exception, and the same bytes the same, however they are cut. */
    @FuzzTest
    void anyCuttingGivesTheSame(FuzzedDataProvider data) {
        int cut = data.consumeInt(0, 64);
        byte[] bytes = data.consumeRemainingAsBytes();
        int first = Math.min(cut, bytes.length);

        assertThat(run(bytes, first)).isEqualTo(run(bytes, 0));
    }

    private static String run(byte[] bytes, int cut) {
        FrameDecoder decoder = new FrameDecoder(4096);
        List<String> seen = new ArrayList<>();
        try {
            FrameDecoderTest.decodeInto(
                    seen, decoder, ByteBuffer.wrap(bytes.clone(), 0, cut).slice());
            FrameDecoderTest.decodeInto(
                    seen,
                    decoder,
                    ByteBuffer.wrap(bytes.clone(), cut, bytes.length - cut).slice());
        } catch (WebSocketException e) {
            seen.add("offence " + e.getMessage());
        }
        StringBuilder text = new StringBuilder();
        boolean payload = false;
        for (String item : seen) {
            boolean piece = item.startsWith("payload ");
            text.append(piece && payload ? "" : "|").append(piece ? item.substring(8) : item);
            payload = piece;
        }
        return text.toString();
    }
}
