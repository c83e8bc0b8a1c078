package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.transport.DualChannel;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger can take before they sign in: little time, few connections, few bytes. */
@Timeout(120)
class LoginLimitsTest {
    private static final String CONNECTION_ID = "RDG-Connection-Id: " + ID;
    private static final String DEADLINE = TestGateway.RULE + "[limits]\nlogin-deadline = \"800ms\"\n";
    private static final byte[] CLIENT_HELLO_BEGINS = HexFormat.of().parseHex("160301020001000001fc0303");
    private static final String HANDSHAKE = "010000000e000000010000000400";
    private static final long MEBIBYTE = 1024 * 1024;

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void aSilentConnectionIsClosed() throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.assertEnds();
            gateway.awaitEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 12})
    void halfATlsHandshakeIsClosed(int bytes) throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                RawHttp http = RawHttp.to(gateway.tls(), "127.0.0.1")) {
            http.send(Arrays.copyOf(CLIENT_HELLO_BEGINS, bytes));
            http.assertEnds();
            gateway.awaitEmpty();
        }
    }

    @Test
    void aHeaderThatDripsIsClosed() throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send("RDG_OUT_DATA " + PATH + " HTTP/1.1\r\nX-Slow: ");
            assertThat(http.dripUntilEnd('a')).isTrue();
            gateway.awaitEmpty();
        }
    }

    @Test
    void aPacketThatDripsIsClosed() throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.webSocketWithoutSignIn();
            http.send(hex("82fd0100"));
            assertThat(http.dripUntilEnd('\0')).isTrue();
            gateway.awaitEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTunnelThatStopsOnItsWayIsClosed(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                GatewayClient afterNothing = gateway.client(transport);
                GatewayClient afterHandshake = gateway.client(transport);
                GatewayClient afterTunnel = gateway.client(transport)) {
            afterNothing.connect();
            assertEnds(afterNothing);
            afterHandshake.connect();
            afterHandshake.handshake();
            assertEnds(afterHandshake);
            afterTunnel.connect();
            afterTunnel.handshake();
            afterTunnel.createTunnel();
            assertEnds(afterTunnel);
            gateway.awaitEmpty();
        }
    }

    private static void assertEnds(GatewayClient client) {
        assertThatThrownBy(() -> client.receive(Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    /** Whatever the time for pairing is, it is no longer than that for signing in. */
    @Test
    void anOutChannelWithoutItsInIsClosed() throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                RawHttp http = RawHttp.plain(gateway)) {
            assertThat(http.out("alice", ID).status()).isEqualTo(200);
            assertThat(http.read(DualChannel.seed().remaining()))
                    .isEqualTo(DualChannel.seed().array());
            http.assertEnds();
            gateway.awaitEmpty();
        }
    }

    @Test
    void anOpenChannelOutlivesTheDeadline() throws Exception {
        try (TestGateway gateway = TestGateway.start(DEADLINE);
                EchoTarget target = new EchoTarget();
                GatewayClient client = openedInTime(gateway, target)) {
            assertThatThrownBy(() -> client.receive(Duration.ofMillis(1500)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** On a busy machine, the deadline may end the sign-in of the first client. */
    private static GatewayClient openedInTime(TestGateway gateway, EchoTarget target) throws Exception {
        AtomicReference<GatewayClient> opened = new AtomicReference<>();
        Await.until("a client that signs in before the deadline", () -> {
            GatewayClient client = gateway.client(Transport.WEBSOCKET);
            try {
                client.open("pc", List.of(target.host()), target.port());
                opened.set(client);
                return true;
            } catch (IOException late) {
                client.close();
                return false;
            }
        });
        return opened.get();
    }

    @Test
    void oneSourceCannotTakeTheConnectionsOfOthers() throws Exception {
        String limits = TestGateway.RULE + "[limits]\nconnections-before-login-per-source = 5\n";
        List<RawHttp> held = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(limits);
                RawHttp other = RawHttp.plainFrom(gateway, "127.0.0.2")) {
            for (int i = 0; i < 5; i++) {
                held.add(answered(RawHttp.plain(gateway)));
            }
            try (RawHttp oneTooMany = RawHttp.plain(gateway)) {
                oneTooMany.assertEnds();
            }
            answered(other);
            held.getFirst().close();
            Await.until("room again", () -> gateway.census().getLast() <= 5);
            held.add(answered(RawHttp.plain(gateway)));
        } finally {
            for (RawHttp connection : held) {
                connection.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connections", "connections-before-login"})
    void thereIsALimitForAllSourcesTogether(String limit) throws Exception {
        List<RawHttp> held = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "[limits]\n" + limit + " = 4\n")) {
            for (int i = 1; i <= 4; i++) {
                held.add(answered(RawHttp.plainFrom(gateway, "127.0.0." + i)));
            }
            try (RawHttp oneTooMany = answered(RawHttp.plainFrom(gateway, "127.0.0.5"))) {
                held.getFirst().assertEnds();
                assertThat(gateway.census().getLast()).isEqualTo(4);
                answered(oneTooMany);
            }
            answered(held.getLast());
        } finally {
            for (RawHttp connection : held) {
                connection.close();
            }
        }
    }

    private static RawHttp answered(RawHttp http) throws IOException {
        http.send(outHead(CONNECTION_ID));
        assertThat(http.readHead().status()).isEqualTo(401);
        return http;
    }

    @Test
    void aConnectionMayAskOnly32Times() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp http = RawHttp.plain(gateway)) {
            for (int i = 0; i < 32; i++) {
                answered(http);
            }
            http.send(outHead(CONNECTION_ID));
            assertThat(http.readHead().status()).isEqualTo(429);
        }
    }

    /** Frames that make no whole packet, PINGs and PONGs: each kind costs. */
    @ParameterizedTest
    @ValueSource(strings = {"02", "09", "8a"})
    void bytesBeforeAnOpenChannelAreCounted(String firstByte) throws Exception {
        String limits = TestGateway.RULE + "[limits]\nbytes-before-login = 1000\n";
        boolean control = !"02".equals(firstByte);
        try (TestGateway gateway = TestGateway.start(limits);
                RawHttp http = RawHttp.plain(gateway)) {
            http.webSocketWithoutSignIn();
            // In one piece: the gateway may close before the last frame.
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(RawHttp.frame(0x02, hex("0600000000400000")));
            for (int i = 0; i < 30; i++) {
                frames.writeBytes(RawHttp.frame(control ? 0x80 | Integer.parseInt(firstByte, 16) : 0x00, new byte[60]));
            }
            http.send(frames.toByteArray());
            http.assertEndsAfterAll();
            gateway.awaitEmpty();
            gateway.awaitAudit("too many bytes before an open channel");
        }
    }

    @Test
    void theBytesOfRequestsAreCountedToo() throws Exception {
        String limits = TestGateway.RULE + "[limits]\nbytes-before-login = 200000\n";
        String large = outHead(CONNECTION_ID, RawHttp.authorization("Negotiate", new byte[48 * 1024]));
        try (TestGateway gateway = TestGateway.start(limits);
                RawHttp http = RawHttp.plain(gateway)) {
            for (int i = 0; i < 3; i++) {
                http.send(large);
                assertThat(http.readHead().status()).isEqualTo(401);
            }
            http.send(large);
            assertThat(http.readHead().status()).isEqualTo(429);
            http.assertEnds();
            gateway.awaitEmpty();
        }
    }

    /** What two hundred clients make the gateway keep that have sent nearly the longest head each. */
    @Test
    void twoHundredBegunHeadsCostLittleMemory() throws Exception {
        String limits = TestGateway.RULE + "[limits]\nconnections-before-login-per-source = 1000\n";
        List<RawHttp> connections = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(limits)) {
            long before = heap();
            for (int i = 0; i < 200; i++) {
                RawHttp http = RawHttp.plain(gateway);
                connections.add(http);
                http.send("RDG_OUT_DATA " + PATH + " HTTP/1.1\r\nAuthorization: Negotiate " + "A".repeat(90 * 1024));
            }
            Await.until("200 connections", () -> gateway.census().getLast() == 200);
            assertThat(heap() - before).isLessThan(64 * MEBIBYTE);
        } finally {
            for (RawHttp connection : connections) {
                connection.close();
            }
        }
    }

    /** Trap: a length is checked before anything is allocated for it. */
    @ParameterizedTest
    @ValueSource(strings = {"ffffffff", "ffffff7f", "07000000", "00000000", "00000080"})
    void anAbsurdPacketLengthEndsTheConnectionAtOnce(String length) throws Exception {
        String limits = TestGateway.RULE + "[limits]\nconnections-before-login-per-source = 1000\n";
        List<RawHttp> connections = new ArrayList<>();
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        try (TestGateway gateway = TestGateway.start(limits, pool)) {
            long before = heap();
            for (int i = 0; i < 100; i++) {
                RawHttp http = RawHttp.plain(gateway).webSocketWithoutSignIn();
                connections.add(http);
                http.sendFrame(0x82, hex("01000000" + length));
            }
            for (RawHttp http : connections) {
                http.assertEndsAfterAll();
            }
            assertThat(heap() - before).as("bytes of heap for 100 connections").isLessThan(64 * MEBIBYTE);
            gateway.awaitEmpty();
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
        } finally {
            for (RawHttp connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void aMalformedPacketOnTheInChannelEndsBothAndGivesItsBufferBack() throws Exception {
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE, pool)) {
            for (int i = 0; i < 10; i++) {
                try (RawHttp out = RawHttp.plain(gateway);
                        RawHttp in = RawHttp.plain(gateway)) {
                    assertThat(out.out("alice", ID).status()).isEqualTo(200);
                    assertThat(in.in("alice", ID).status()).isEqualTo(200);
                    in.send(RawHttp.inStreamHead(ID));
                    in.sendChunk(hex("01000000ffffffff"));
                    out.assertEndsAfterAll();
                    in.assertEndsAfterAll();
                }
            }
            gateway.awaitEmpty();
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
        }
    }

    /** What five hundred clients make the gateway keep that have announced a packet of the largest size each. */
    @Test
    void fiveHundredBegunPacketsCostLittleMemory() throws Exception {
        String limits = TestGateway.RULE + "[limits]\nconnections-before-login-per-source = 1000\n";
        List<RawHttp> connections = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(limits)) {
            long before = heap();
            for (int i = 0; i < 500; i++) {
                RawHttp http = RawHttp.plain(gateway).webSocketWithoutSignIn();
                connections.add(http);
                http.sendFrame(0x82, hex("0100000000ff0000"));
            }
            Await.until("500 tunnels", () -> gateway.census().getFirst() == 500);
            assertThat(heap() - before).isLessThan(64 * MEBIBYTE);
        } finally {
            for (RawHttp connection : connections) {
                connection.close();
            }
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Each of these breaks RFC 6455; the tunnel of somebody else does not notice. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "820401000000", // not masked
                "c28000000000", // a reserved bit
                "838000000000", // an unknown opcode
                "8b8000000000", // an unknown control opcode
                "808000000000", // a continuation of nothing
                "098000000000", // a fragmented PING
                "89fe007e00000000", // a PING of 126 bytes
                "82ff7fffffffffffffff00000000", // a frame of nearly 2^63 bytes
                "82ffffffffffffffffff00000000", // a frame of more
                "028000000000828000000000" // a new message within one
            })
    void aBrokenFrameEndsItsOwnConnectionOnly(String bytes) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient good = gateway.client(Transport.WEBSOCKET);
                RawHttp bad = RawHttp.plain(gateway)) {
            Channel channel = good.open("pc", List.of(target.host()), target.port());
            bad.webSocketWithoutSignIn();
            bad.sendFrame(0x82, hex(HANDSHAKE));
            assertThat(bad.readFrame().firstByte()).isEqualTo(0x82);
            bad.send(hex(bytes));
            bad.assertEndsAfterAll();
            channel.send(ByteBuffer.wrap(new byte[] {42}));
            ByteBuffer answer = ByteBuffer.allocate(1);
            channel.readFully(answer);
            assertThat(answer.array()).containsExactly(42);
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp http = RawHttp.plain(gateway);
                RawHttp next = RawHttp.plain(gateway)) {
            http.send(outHead("X-Large: " + "a".repeat(97 * 1024)));
            assertThat(http.readHead().status()).isEqualTo(431);
            http.assertEndsAfterAll();
            answered(next);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ConId=%ff%zz",
                "ConId=%",
                "ConId=%u0000",
                "AuthS=%c0%80",
                "ConId={d90ec724-75bd-48dd-b9f1-38499f19f8c4}%0d%0aX: y"
            })
    void aBrokenQueryIsRefusedOrIgnored(String query) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp http = RawHttp.plain(gateway);
                RawHttp next = RawHttp.plain(gateway)) {
            http.send(RawHttp.head("RDG_OUT_DATA " + PATH + "?" + query, "Content-Length: 0"));
            assertThat(http.readHead().status()).isIn(400, 401);
            answered(next);
        }
    }

    @Test
    void threeHundredHalfOpenConnectionsDoNotKeepAGoodClientOut() throws Exception {
        List<RawHttp> held = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient good = gateway.client(Transport.DUAL_CHANNEL)) {
            for (int i = 0; i < 300; i++) {
                RawHttp http = RawHttp.to(i % 2 == 0 ? gateway.tls() : gateway.plain(), "127.0.0." + (2 + i % 4));
                held.add(http);
                http.send(i % 2 == 0 ? CLIENT_HELLO_BEGINS : "RDG_OUT".getBytes(StandardCharsets.US_ASCII));
            }
            Await.until("300 connections", () -> gateway.census().getLast() == 300);
            good.open("pc", List.of(target.host()), target.port());
            Await.until("the target's connection", () -> target.accepted() == 1);
        } finally {
            for (RawHttp connection : held) {
                connection.close();
            }
        }
    }
}
