package io.gatehouse.jetty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.Pattern;
import io.gatehouse.testkit.target.SinkTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DATA that comes together with something else, in one read of the gateway: it is written first, and in order. */
@Timeout(60)
class GatheredDataTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SIZE = 1000;

    /** What a client may send behind its last DATA. */
    enum Behind {
        NOTHING,
        KEEPALIVE,
        CLOSE_CHANNEL,
        HALF_A_PACKET,
        END_OF_TRANSPORT
    }

    @ParameterizedTest
    @CsvSource({
        "WEBSOCKET, 3, NOTHING", "WEBSOCKET, 3, KEEPALIVE", "WEBSOCKET, 3, CLOSE_CHANNEL",
        "WEBSOCKET, 3, HALF_A_PACKET", "WEBSOCKET, 3, END_OF_TRANSPORT", "WEBSOCKET, 55, END_OF_TRANSPORT",
        "DUAL_CHANNEL, 3, NOTHING", "DUAL_CHANNEL, 3, KEEPALIVE", "DUAL_CHANNEL, 3, CLOSE_CHANNEL",
        "DUAL_CHANNEL, 3, HALF_A_PACKET", "DUAL_CHANNEL, 3, END_OF_TRANSPORT", "DUAL_CHANNEL, 55, END_OF_TRANSPORT"
    })
    void whatCameBeforeIsWrittenInOrder(Transport transport, int packets, Behind behind) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                SinkTarget target = new SinkTarget();
                GatewayClient client = gateway.client(transport)) {
            client.open("pc", List.of(target.host()), target.port());
            ByteBuffer all = ByteBuffer.allocate(packets * (SIZE + 40) + 100);
            for (int index = 0; index < packets; index++) {
                ByteBuffer payload = ByteBuffer.allocate(SIZE);
                Pattern.fill(payload, (long) index * SIZE);
                put(all, transport, TsguCodec.encode(new TsguPacket.Data(payload.flip())));
            }
            switch (behind) {
                case NOTHING -> {}
                case KEEPALIVE -> put(all, transport, TsguCodec.encode(new TsguPacket.KeepAlive()));
                case CLOSE_CHANNEL -> put(all, transport, TsguCodec.encode(new TsguPacket.CloseChannel(0)));
                case HALF_A_PACKET -> put(all, transport, ByteBuffer.wrap(new byte[] {10, 0, 0}));
                case END_OF_TRANSPORT -> putEnd(all, transport);
            }
            client.sendUnframed(all.flip());
            assertThat(target.awaitReceived((long) packets * SIZE, PATIENCE))
                    .as(() -> target.received() + " bytes")
                    .isTrue();
            assertThat(target.firstMismatch()).isEqualTo(-1);
        }
    }

    /** Each packet is a frame or a chunk of its own. */
    private static void put(ByteBuffer all, Transport transport, ByteBuffer packet) {
        int length = packet.remaining();
        if (transport == Transport.DUAL_CHANNEL) {
            all.put(ascii(Integer.toHexString(length) + "\r\n")).put(packet).put(ascii("\r\n"));
            return;
        }
        all.put((byte) 0x82);
        if (length < 126) {
            all.put((byte) (0x80 | length));
        } else {
            all.put((byte) (0x80 | 126)).putShort((short) length);
        }
        all.putInt(0).put(packet);
    }

    private static void putEnd(ByteBuffer all, Transport transport) {
        switch (transport) {
            case WEBSOCKET -> all.put(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8});
            case DUAL_CHANNEL -> all.put(ascii("0\r\n\r\n"));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
