package io.gatehouse.jetty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.GoodClient;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.SinkTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket frames that cost the client next to nothing, without end. */
@Tag("attack")
@Timeout(120)
class FramesAttackTest {
    private static final int FRAMES = 2_000;

    /** What may come without end: it is served in turns. */
    enum Small {
        EMPTY_FRAME("828000000000"),
        KEEPALIVE("828800000000" + "0d00000008000000"),
        ONE_BYTE("828b00000000" + "0a0000000b000000" + "0100" + "2a");

        private final String hex;

        Small(String hex) {
            this.hex = hex;
        }

        private byte[] frame() {
            return HexFormat.of().parseHex(hex);
        }
    }

    private static ByteBuffer many(byte[] frame) {
        ByteBuffer frames = ByteBuffer.allocate(FRAMES * frame.length);
        while (frames.hasRemaining()) {
            frames.put(frame);
        }
        return frames.flip();
    }

    private static byte[] control(String firstByte) {
        return new byte[] {(byte) Integer.parseInt(firstByte, 16), (byte) 0x80, 0, 0, 0, 0};
    }

    /** Sends until the gateway or the test ends the tunnel. */
    private static Thread flooding(GatewayClient client, byte[] frame) {
        ByteBuffer frames = many(frame);
        return Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    client.sendUnframed(frames.rewind());
                }
            } catch (IOException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** PINGs and PONGs. */
    @ParameterizedTest
    @ValueSource(strings = {"89", "8a"})
    void aFloodOfControlFramesOnAnOpenChannelEndsTheTunnel(String firstByte) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                GoodClient good = GoodClient.beside(gateway);
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            good.await(20, 1);
            good.forget();
            client.open("pc", List.of(target.host()), target.port());
            flooding(client, control(firstByte)).join();
            gateway.awaitAudit("more than 60 PINGs and PONGs (expected at most one in 500 ms)", target.host());
            GoodClient.Waits waits = good.await(20, 1);
            good.report(firstByte.equals("89") ? "PINGs" : "PONGs");
            assertThat(waits.failures()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"89", "8a"})
    void aFloodOfControlFramesBeforeAChannelEndsTheTunnel(String firstByte) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp http = RawHttp.plain(gateway)) {
            http.webSocketWithoutSignIn();
            http.send(many(control(firstByte)).array());
            http.assertEndsAfterAll();
            gateway.awaitEmpty();
            gateway.awaitAudit("more than 60 PINGs and PONGs (expected at most one in 500 ms)");
        }
    }

    @Test
    void sixtyPingsAtOnceAreTaken() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            for (int ping = 0; ping < 60; ping++) {
                client.ping(ByteBuffer.wrap(new byte[] {(byte) ping}));
            }
            channel.send(ByteBuffer.wrap(new byte[] {7}));
            ByteBuffer echo = ByteBuffer.allocate(1);
            channel.readFully(echo);
            assertThat(echo.get(0)).isEqualTo((byte) 7);
            assertThat(client.lastPong()).contains(ByteBuffer.wrap(new byte[] {59}));
        }
    }

    @ParameterizedTest
    @EnumSource(Small.class)
    void othersAreServedBesideSmallFramesWithoutEnd(Small small) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                GoodClient good = GoodClient.beside(gateway);
                SinkTarget target = new SinkTarget();
                GatewayClient one = gateway.client(Transport.WEBSOCKET);
                GatewayClient two = gateway.client(Transport.WEBSOCKET)) {
            good.await(20, 1);
            one.open("pc", List.of(target.host()), target.port());
            two.open("pc", List.of(target.host()), target.port());
            List<Thread> floods = List.of(flooding(one, small.frame()), flooding(two, small.frame()));
            good.forget();
            GoodClient.Waits waits = good.await(50, 2);
            good.report(small.toString());
            one.abort();
            two.abort();
            for (Thread flood : floods) {
                flood.join();
            }
            assertThat(waits.failures()).isEmpty();
        }
    }
}
