package io.gatehouse.core.tsgu;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/**
 * Whatever the bytes, the codec throws nothing but {@link MalformedPacketException}, and what it decodes is encoded to
 * bytes that decode to an equal packet. An ordinary run replays the inputs beside the resources; {@code JAZZER_FUZZ=1}
 * looks for new ones.
 */
class TsguCodecFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void decodeFromClient(byte[] bytes) throws MalformedPacketException {
        TsguPacket.FromClient packet;
        try {
            packet = TsguCodec.decodeFromClient(ByteBuffer.wrap(bytes));
        } catch (MalformedPacketException e) {
            assertThat(e).hasMessageContaining("(expected ");
            return;
        }
        assertThat(TsguCodec.decodeFromClient(TsguCodec.encode(packet))).isEqualTo(packet);
    }

    @FuzzTest(maxDuration = "20s")
    void decodeFromServer(byte[] bytes) throws MalformedPacketException {
        TsguPacket.FromServer packet;
        try {
            packet = TsguCodec.decodeFromServer(ByteBuffer.wrap(bytes));
        } catch (MalformedPacketException e) {
            assertThat(e).hasMessageContaining("(expected ");
            return;
        }
        assertThat(TsguCodec.decodeFromServer(TsguCodec.encode(packet))).isEqualTo(packet);
    }
}
