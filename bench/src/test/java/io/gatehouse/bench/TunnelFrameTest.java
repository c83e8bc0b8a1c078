package io.gatehouse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TunnelFrameTest {
    private static String frame(Transport transport, int length) {
        GatewayClient client =
                new GatewayClient(ClientOptions.builder("gateway", 443).build());
        ByteBuffer frame = new TunnelLink(client, client.channel(), transport).frame(ByteBuffer.allocate(length));
        return HexFormat.of().formatHex(frame.array(), 0, frame.limit());
    }

    @Test
    void aWebSocketFrameHasTheMaskZero() {
        assertThat(frame(Transport.WEBSOCKET, 3))
                .isEqualTo("82" + "8d" + "00000000" + "0a00" + "0000" + "0d000000" + "0300" + "000000");
    }

    @Test
    void theLargestFrameFillsATlsRecord() {
        String frame = frame(Transport.WEBSOCKET, 16_349);
        assertThat(frame).startsWith("82" + "fe" + "3fe7" + "00000000" + "0a00").hasSize(2 * 16_367);
    }

    @Test
    void aChunkHasItsSizeInHex() {
        assertThat(frame(Transport.DUAL_CHANNEL, 1))
                .isEqualTo("620d0a" + "0a00" + "0000" + "0b000000" + "0100" + "00" + "0d0a");
    }
}
