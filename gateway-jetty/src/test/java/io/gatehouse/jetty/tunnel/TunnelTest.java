package io.gatehouse.jetty.tunnel;

import static io.gatehouse.jetty.RawHttp.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.client.UpgradeMethod;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.ChannelCreate;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeRequest;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuth;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuthResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelCreate;
import io.gatehouse.core.tsgu.TsguPacket.TunnelResponse;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.ResettingTarget;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tunnel answers to what, seen by a client, over both transports. */
@Timeout(30)
class TunnelTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(3);
    private static final Duration WHILE = Duration.ofMillis(200);

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private static Channel open(GatewayClient client, EchoTarget target) throws IOException {
        return client.open("pc", List.of(target.host()), target.port());
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertEcho(Channel channel, String text) throws IOException {
        channel.send(text(text));
        ByteBuffer answer = ByteBuffer.allocate(text.length());
        channel.readFully(answer);
        assertThat(new String(answer.array(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    /** Nothing comes for a while, and the connection stays open. */
    private static void assertQuiet(GatewayClient client) {
        assertThatThrownBy(() -> client.receive(WHILE)).isInstanceOf(SocketTimeoutException.class);
    }

    /** The gateway ends the transport, and no later than {@code within}. */
    private static void assertEnds(GatewayClient client, Duration within) {
        assertThatThrownBy(() -> client.receive(within))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    /** Up to TUNNEL_AUTH_RESPONSE. */
    private static void authorize(GatewayClient client) throws IOException {
        client.connect();
        assertThat(client.handshake().errorCode()).isZero();
        assertThat(client.createTunnel().statusCode()).isZero();
        assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
    }

    /** Fact 10, sections 3.4 to 3.11: the values that clients want to see. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aGoodSetupIsAnsweredFieldByField(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            client.connect();
            assertQuiet(client);
            assertThat(client.handshake()).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));
            TunnelResponse tunnel = client.createTunnel();
            assertThat(tunnel.serverVersion()).isZero();
            assertThat(tunnel.statusCode()).isZero();
            assertThat(tunnel.tunnelId().orElse(0)).isPositive();
            assertThat(tunnel.capsFlags()).isEqualTo(OptionalInt.of(0x0A));
            assertThat(tunnel.soh()).as("fact 13: never SOH_REQ").isEmpty();
            assertThat(client.authorizeTunnel("pc"))
                    .isEqualTo(new TunnelAuthResponse(0, OptionalInt.of(0), OptionalInt.of(0), Optional.empty()));
            assertQuiet(client);
            assertThat(client.openChannel(List.of(target.host()), target.port()))
                    .isEqualTo(new ChannelResponse(0, OptionalInt.of(1), OptionalInt.empty(), Optional.empty()));
        }
    }

    /** Fact 13, also for a client that offers everything: health, reauthentication and UDP are not negotiated. */
    @Test
    void neitherHealthNorReauthenticationNorUdpIsNegotiated() throws Exception {
        try (GatewayClient client = new GatewayClient(
                gateway.options(Transport.WEBSOCKET).capabilities(0x3F).build())) {
            client.connect();
            client.handshake();
            TunnelResponse tunnel = client.createTunnel();
            assertThat(tunnel.capsFlags()).isEqualTo(OptionalInt.of(0x0A));
            assertThat(tunnel.soh()).isEmpty();
        }
    }

    /** Fact 15. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWrongPasswordInTheTunnelIsLogonDeniedAndTheEnd(Transport transport) throws Exception {
        try (GatewayClient client = new GatewayClient(gateway.options(transport)
                .credentials(Credentials.tunnelNtlm("alice", "wrong"))
                .build())) {
            client.connect();
            assertThat(client.handshake().extendedAuth()).isEqualTo(4);
            TsguPacket.ExtendedAuth answer = client.extendedAuth();
            assertThat(answer.errorCode()).isEqualTo(0x8009030C);
            assertThat(answer.authBlob().length()).isZero();
            assertEnds(client, PROMPTLY);
        }
        gateway.awaitAudit("sign-in.refused", "\"user.name\":\"alice\"");
    }

    /** Section 3.4: a client that signed in by HTTP and asks for a scheme inside the tunnel as well. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anotherAuthenticationThanHttpWasToldIsRefusedInTheHandshake(Transport transport) throws Exception {
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.send(new HandshakeRequest(1, 0, 0, 2));
            assertThat(client.receive()).isEqualTo(new HandshakeResponse(0x800759F9, 1, 0, 0, 0));
            assertEnds(client, PROMPTLY);
        }
    }

    private void assertRefused(Transport transport, String user, List<String> names, int port, int code) {
        try (GatewayClient client = new GatewayClient(gateway.options(transport)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build())) {
            assertThatThrownBy(() -> client.open("pc", names, port))
                    .isInstanceOfSatisfying(
                            TunnelException.class,
                            refused -> assertThat(refused.code()).isEqualTo(code));
            assertEnds(client, PROMPTLY);
        }
    }

    /** Fact 11, section 3.18. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatNoRuleAllowsIsRapAccessDenied(Transport transport) throws Exception {
        assertRefused(transport, "alice", List.of("127.0.0.2"), 3389, 0x800759DA);
        gateway.awaitAudit("E_PROXY_RAP_ACCESSDENIED", "127.0.0.2", "\"user.name\":\"alice\"");
    }

    /** Fact 11, section 3.18. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aUserWithoutARuleIsNapAccessDenied(Transport transport) throws Exception {
        assertRefused(transport, "carol", List.of("127.0.0.1"), 3389, 0x800759DB);
        gateway.awaitAudit("E_PROXY_NAP_ACCESSDENIED", "\"user.name\":\"carol\"");
    }

    /** Fact 11, section 3.18. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatIsDownIsConnectFailed(Transport transport) throws Exception {
        int free;
        try (EchoTarget gone = new EchoTarget()) {
            free = gone.port();
        }
        assertRefused(transport, "alice", List.of("127.0.0.1"), free, 0x800759DD);
        gateway.awaitAudit("E_PROXY_TS_CONNECTFAILED", "127.0.0.1", "\"destination.port\":" + free);
    }

    /** The gateway is no way to itself. */
    @Test
    void theGatewaysOwnListenerIsNoTarget() {
        assertRefused(
                Transport.WEBSOCKET,
                "alice",
                List.of("127.0.0.1"),
                gateway.plain().getPort(),
                0x800759DA);
    }

    /** Section 3.10. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anotherProtocolThanRdpIsNotSupported(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            authorize(client);
            client.send(new ChannelCreate(List.of(target.host()), List.of(), target.port(), 1));
            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            ChannelResponse.class,
                            refused -> assertThat(refused.errorCode()).isEqualTo(0x800759E8));
            assertEnds(client, PROMPTLY);
            assertThat(target.accepted()).isZero();
        }
    }

    /** Section 4: a valid packet at the wrong time gets the response of its own kind, and that is the end. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void packetsInTheWrongOrderAreInternalErrors(Transport transport) throws Exception {
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.send(new TunnelCreate(0, OptionalLong.empty(), Optional.empty()));
            assertThat(client.receive()).isEqualTo(TunnelResponse.error(0x800759D8));
            assertEnds(client, PROMPTLY);
        }
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.handshake();
            client.send(new ChannelCreate(List.of("127.0.0.1"), List.of(), 3389, 3));
            assertThat(client.receive()).isEqualTo(ChannelResponse.error(0x800759D8));
            assertEnds(client, PROMPTLY);
        }
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.handshake();
            client.send(new Data(text("too early")));
            assertEnds(client, PROMPTLY);
        }
    }

    /** Section 3.2: a packet whose length cannot be ends the tunnel, and nobody waits for the rest of it. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anImpossibleLengthEndsTheTunnel(Transport transport) throws Exception {
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.sendRaw(ByteBuffer.wrap(new byte[] {1, 0, 0, 0, -1, -1, -1, 127}));
            assertEnds(client, PROMPTLY);
        }
    }

    /** Fact 12, trap 16. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepaliveIsNeverAnswered(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            authorize(client);
            client.keepAlive();
            client.openChannel(List.of(target.host()), target.port());
            for (int i = 0; i < 3; i++) {
                client.keepAlive();
            }
            client.send(new Data(text("x")));
            assertThat(client.receive()).isEqualTo(new Data(text("x")));
            assertQuiet(client);
        }
    }

    /** Trap 15: several packets in a frame or chunk. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void severalPacketsMayComeAtOnce(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.sendRaw(ByteBuffer.wrap(bytes(
                    new HandshakeRequest(1, 0, 0, 0),
                    new TunnelCreate(0x0E, OptionalLong.empty(), Optional.empty()),
                    new TunnelAuth("pc", Optional.empty()),
                    new ChannelCreate(List.of(target.host()), List.of(), target.port(), 3))));
            assertThat(client.receive()).isInstanceOf(HandshakeResponse.class);
            assertThat(client.receive()).isInstanceOf(TunnelResponse.class);
            assertThat(client.receive()).isInstanceOf(TunnelAuthResponse.class);
            assertThat(client.receive()).isInstanceOf(ChannelResponse.class);
            client.sendRaw(ByteBuffer.wrap(bytes(new Data(text("one")), new Data(text("two")))));
            ByteBuffer echoed = ByteBuffer.allocate(6);
            client.channel().readFully(echoed);
            assertThat(new String(echoed.array(), StandardCharsets.UTF_8)).isEqualTo("onetwo");
        }
    }

    /** Trap 15: one packet in several frames, with a control frame between them, or in several chunks. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPacketMayComeInPieces(Transport transport) throws Exception {
        try (GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.sendRawFragments(ByteBuffer.wrap(bytes(new HandshakeRequest(1, 0, 0, 0))), 1, 6, 2);
            assertThat(client.receive()).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));
            ByteBuffer create = ByteBuffer.wrap(bytes(new TunnelCreate(0, OptionalLong.empty(), Optional.empty())));
            client.sendRaw(create.slice(0, 5));
            client.sendRaw(create.slice(5, create.remaining() - 5));
            assertThat(client.receive()).isInstanceOf(TunnelResponse.class);
        }
    }

    /** Fact 9 and section 2.5: what a server sends is one unmasked, unfragmented binary message a packet. */
    @Test
    void everyPacketIsOneBinaryMessage() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp http = RawHttp.plain(gateway)) {
            assertThat(http.signIn(
                                    "alice",
                                    "RDG_OUT_DATA " + RawHttp.PATH,
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: x",
                                    "RDG-Connection-Id: " + RawHttp.ID)
                            .status())
                    .isEqualTo(101);
            List<TsguPacket.FromClient> packets = List.of(
                    new HandshakeRequest(1, 0, 0, 0),
                    new TunnelCreate(0x0E, OptionalLong.empty(), Optional.empty()),
                    new TunnelAuth("pc", Optional.empty()),
                    new ChannelCreate(List.of(target.host()), List.of(), target.port(), 3),
                    new Data(text("hello")));
            for (TsguPacket.FromClient packet : packets) {
                http.sendFrame(0x82, bytes(packet));
                RawHttp.Frame frame = http.readFrame();
                assertThat(frame.firstByte()).as("FIN and binary").isEqualTo(0x82);
                int length = frame.payload()
                        .duplicate()
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getInt(4);
                assertThat(length).isEqualTo(frame.payload().remaining());
            }
            http.sendFrame(0x89, "beat".getBytes(StandardCharsets.US_ASCII));
            RawHttp.Frame pong = http.readFrame();
            assertThat(pong.firstByte()).isEqualTo(0x8A);
            assertThat(StandardCharsets.US_ASCII.decode(pong.payload()).toString())
                    .isEqualTo("beat");
            http.sendFrame(0x88, new byte[] {3, (byte) 0xE8});
            RawHttp.Frame close = http.readFrame();
            assertThat(close.firstByte()).isEqualTo(0x88);
            http.assertEnds();
            assertThat(target.awaitIdle(PROMPTLY)).isTrue();
        }
    }

    /** Section 2.5. */
    @Test
    void aPingIsAnsweredByAPongWithItsPayload() throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                        .upgradeMethod(UpgradeMethod.GET)
                        .build())) {
            Channel channel = open(client, target);
            client.ping(text("are you there"));
            assertEcho(channel, "x");
            assertThat(client.lastPong()).contains(text("are you there"));
        }
    }

    /** Trap 14: FreeRDP 3 answers a CLOSE with one of 1024 bytes, which no client may send. */
    @Test
    void anOversizedCloseEndsTheTunnelAndNothingElse() throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            open(client, target);
            ByteBuffer close = ByteBuffer.allocate(8 + 1024);
            close.put((byte) 0x88)
                    .put((byte) 0xFE)
                    .putShort((short) 1024)
                    .putInt(0)
                    .putShort((short) 1000);
            client.sendUnframed(close.clear());
            assertEnds(client, PROMPTLY);
            assertThat(target.awaitIdle(PROMPTLY)).isTrue();
        }
        gateway.awaitEmpty();
    }

    /** Section 3.16, trap 12: a closed channel leaves room for the next on the same tunnel. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFurtherChannelOpensAfterCloseChannel(Transport transport) throws Exception {
        try (EchoTarget first = new EchoTarget();
                EchoTarget second = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            assertEcho(open(client, first), "first");
            client.closeChannel();
            assertThat(client.receive()).isEqualTo(new CloseChannelResponse(0));
            assertThat(first.awaitIdle(PROMPTLY)).isTrue();
            assertThat(client.openChannel(List.of(second.host()), second.port()))
                    .isEqualTo(new ChannelResponse(0, OptionalInt.of(2), OptionalInt.empty(), Optional.empty()));
            assertEcho(client.channel(), "second");
            assertThat(second.active()).isEqualTo(1);
        }
        gateway.awaitEmpty();
    }

    /** Section 3.10, trap 30: every name is checked by itself, and one that is refused gives nothing away. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void resourceNamesAreTriedInOrderAndEachIsChecked(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            authorize(client);
            client.send(new ChannelCreate(
                    List.of("127.0.0.2", "no-such-host.invalid"), List.of(target.host()), target.port(), 3));
            assertThat(client.receive())
                    .isInstanceOfSatisfying(
                            ChannelResponse.class,
                            opened -> assertThat(opened.errorCode()).isZero());
            assertEcho(client.channel(), "at last");
        }
        try (EchoTarget target = new EchoTarget()) {
            assertRefused(transport, "alice", List.of("127.0.0.2", "127.0.0.3"), target.port(), 0x800759DA);
            assertThat(target.accepted()).isZero();
        }
    }

    /** Fact 14, trap 26: CLOSE_CHANNEL with 0xA0, then the server closes the transport after the answer. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatClosesIsToldToTheClientAndTheTransportIsClosedAfterItsAnswer(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            assertEcho(open(client, target), "x");
            target.closeConnections();
            assertThat(client.receive(PROMPTLY)).isEqualTo(new CloseChannel(0xA0));
            assertQuiet(client);
            client.send(new CloseChannelResponse(0));
            assertEnds(client, PROMPTLY);
        }
        gateway.awaitAudit("session.end", "\"rdgw.closed_by\":\"target\"", "the target closed the connection");
        gateway.awaitEmpty();
    }

    /** Fact 14: a client that does not answer is not waited for longer than five seconds. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatDoesNotAnswerCloseChannelIsCutOff(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            open(client, target);
            assertThat(target.awaitAccepted(1, PROMPTLY)).isTrue();
            target.resetConnections();
            assertThat(client.receive(PROMPTLY)).isEqualTo(new CloseChannel(0xA0));
            long since = System.nanoTime();
            assertEnds(client, Duration.ofSeconds(8));
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .isBetween(Duration.ofMillis(4500), Duration.ofMillis(7500));
        }
    }

    /** What a target said before it ended comes before its end. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void theLastBytesOfATargetComeBeforeItsEnd(Transport transport) throws Exception {
        try (var target = new io.gatehouse.testkit.target.SourceTarget(300_000);
                GatewayClient client = gateway.client(transport)) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            ByteBuffer all = ByteBuffer.allocate(300_000);
            channel.readFully(all);
            assertThat(io.gatehouse.testkit.target.Pattern.mismatch(all.flip(), 0))
                    .isEqualTo(-1);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.closeStatus()).isEqualTo(OptionalInt.of(0xA0));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatResetsInTheMiddleIsToldToTheClient(Transport transport) throws Exception {
        try (ResettingTarget target = new ResettingTarget(5, 0);
                GatewayClient client = gateway.client(transport)) {
            client.open("pc", List.of(target.host()), target.port()).send(text("hello"));
            assertThat(client.receive(PROMPTLY)).isEqualTo(new CloseChannel(0xA0));
        }
    }

    /** Trap 27: a client that just goes away, orderly or not. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatDropsEndsItsTargetsConnectionPromptly(Transport transport) throws Exception {
        for (boolean abort : new boolean[] {true, false}) {
            try (EchoTarget target = new EchoTarget();
                    GatewayClient client = gateway.client(transport)) {
                assertEcho(open(client, target), "x");
                Closeable end = abort ? client::abort : client;
                end.close();
                assertThat(target.awaitIdle(PROMPTLY)).as("by RST: " + abort).isTrue();
            }
            gateway.awaitEmpty();
        }
    }
}
