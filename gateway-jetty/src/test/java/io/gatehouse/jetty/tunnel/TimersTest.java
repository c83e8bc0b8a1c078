package io.gatehouse.jetty.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.UpgradeMethod;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuthResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelResponse;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the gateway does by itself when time passes, and what rules and settings ask of clients. */
@Timeout(40)
class TimersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Channel open(GatewayClient client, EchoTarget target) throws IOException {
        return client.open("pc", List.of(target.host()), target.port());
    }

    private static void assertEnds(GatewayClient client) {
        assertThatThrownBy(() -> client.receive(PATIENCE))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    /** Fact 8 and section 4.4: the heartbeat is KEEPALIVE, only after silence, and never a PING. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void silenceBringsKeepalives(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start("[tunnel]\nkeepalive = \"200ms\"\n" + TestGateway.RULE);
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            open(client, target);
            long since = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                assertThat(client.receive()).isEqualTo(new KeepAlive());
                client.keepAlive();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(600));
            client.send(new Data(ByteBuffer.wrap(new byte[] {1})));
            TsguPacket next = client.receive();
            while (next instanceof KeepAlive) {
                next = client.receive();
            }
            assertThat(next).isEqualTo(new Data(ByteBuffer.wrap(new byte[] {1})));
        }
    }

    /** Fact 8: everything that comes in a time of silence is a binary message. */
    @Test
    void noPingIsEverSent() throws Exception {
        try (TestGateway gateway = TestGateway.start("[tunnel]\nkeepalive = \"100ms\"\n" + TestGateway.RULE);
                EchoTarget target = new EchoTarget();
                RawHttp http = RawHttp.plain(gateway)) {
            http.signIn(
                    "alice",
                    "RDG_OUT_DATA " + RawHttp.PATH,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Key: x",
                    "RDG-Connection-Id: " + RawHttp.ID);
            for (TsguPacket.FromClient packet : List.of(
                    new TsguPacket.HandshakeRequest(1, 0, 0, 0),
                    new TsguPacket.TunnelCreate(0x0E, java.util.OptionalLong.empty(), Optional.empty()),
                    new TsguPacket.TunnelAuth("pc", Optional.empty()),
                    new TsguPacket.ChannelCreate(List.of(target.host()), List.of(), target.port(), 3))) {
                http.sendFrame(0x82, RawHttp.bytes(packet));
                assertThat(http.readFrame().firstByte()).isEqualTo(0x82);
            }
            for (int i = 0; i < 10; i++) {
                RawHttp.Frame frame = http.readFrame();
                assertThat(frame.firstByte()).isEqualTo(0x82);
                assertThat(frame.packet()).isEqualTo(new KeepAlive());
            }
        }
    }

    /** Fact 10, trap 17. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void noKeepaliveComesBeforeTheChannelIsOpen(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start("[tunnel]\nkeepalive = \"50ms\"\n" + TestGateway.RULE);
                GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.handshake();
            client.createTunnel();
            client.authorizeTunnel("pc");
            assertThatThrownBy(() -> client.receive(Duration.ofMillis(500))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Section 3.9: the gateway enforces what the client is only told; KEEPALIVE is no activity, DATA is. */
    @ParameterizedTest
    @CsvSource({"WEBSOCKET, 14, 23030", "DUAL_CHANNEL, 14, 23030", "WEBSOCKET, 12, 1236", "DUAL_CHANNEL, 12, 1236"})
    void theIdleTimeoutOfTheRuleIsEnforced(Transport transport, int capabilities, int status) throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "idle-timeout = \"800ms\"\n");
                EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(
                        gateway.options(transport).capabilities(capabilities).build())) {
            open(client, target);
            long end = System.nanoTime() + Duration.ofMillis(1300).toNanos();
            while (System.nanoTime() < end) {
                client.send(new Data(ByteBuffer.wrap(new byte[] {1})));
                assertThat(client.receive()).isInstanceOf(Data.class);
            }
            long since = System.nanoTime();
            client.keepAlive();
            assertThat(client.receive()).isEqualTo(new CloseChannel(status));
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(700));
            assertThat(target.awaitIdle(PATIENCE)).isTrue();
            client.send(new CloseChannelResponse(0));
            assertEnds(client);
            gateway.awaitAudit("idle", "no input for the rule's idle timeout");
        }
    }

    /** Section 3.16: activity does not help. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void theSessionTimeoutOfTheRuleIsEnforced(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "session-timeout = \"800ms\"\n");
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            open(client, target);
            TsguPacket next;
            do {
                client.send(new Data(ByteBuffer.wrap(new byte[] {1})));
                next = client.receive();
            } while (next instanceof Data);
            assertThat(next).isEqualTo(new CloseChannel(0x59F6));
            assertThat(target.awaitIdle(PATIENCE)).isTrue();
            gateway.awaitAudit("session.timeout");
        }
    }

    /** One deadline from the first byte to the open channel. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void theLoginDeadlineEndsATunnelWithoutAChannel(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start("[limits]\nlogin-deadline = \"700ms\"\n" + TestGateway.RULE);
                GatewayClient client = gateway.client(transport)) {
            client.connect();
            client.handshake();
            assertEnds(client);
            gateway.awaitEmpty();
        }
    }

    /** Sections 3.9 and 3.17: trap 32 (0 is no statement) and trap 33 (minutes). */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void redirectionsAndIdleMinutesOfTheRuleAreToldToTheClient(Transport transport) throws Exception {
        String rule = TestGateway.RULE + "disable = [\"drive\", \"clipboard\"]\nidle-timeout = \"90m\"\n";
        try (TestGateway gateway = TestGateway.start(rule)) {
            try (GatewayClient client = gateway.client(transport)) {
                client.connect();
                client.handshake();
                client.createTunnel();
                assertThat(client.authorizeTunnel("pc"))
                        .isEqualTo(
                                new TunnelAuthResponse(0, OptionalInt.of(0x09), OptionalInt.of(90), Optional.empty()));
            }
            ClientOptions withoutIdle =
                    gateway.options(transport).capabilities(0x0C).build();
            try (GatewayClient client = new GatewayClient(withoutIdle)) {
                client.connect();
                client.handshake();
                client.createTunnel();
                assertThat(client.authorizeTunnel("pc").idleTimeoutMinutes()).isEqualTo(OptionalInt.of(0));
            }
        }
    }

    /** Section 3.17. */
    @Test
    void allRedirectionsOffIsOneBit() throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "disable = [\"all\"]\n");
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            client.connect();
            client.handshake();
            client.createTunnel();
            assertThat(client.authorizeTunnel("pc").redirFlags()).isEqualTo(OptionalInt.of(0x40000000));
        }
    }

    /** Section 3.7, trap 43: only to clients that offered to show it. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void theConsentMessageGoesToClientsThatCanShowIt(Transport transport) throws Exception {
        String consent = "[tunnel]\nconsent-message = \"Für Befugte\"\n";
        try (TestGateway gateway = TestGateway.start(consent + TestGateway.RULE)) {
            try (GatewayClient client = gateway.client(transport)) {
                client.connect();
                client.handshake();
                TunnelResponse tunnel = client.createTunnel();
                assertThat(tunnel.consentMessage()).contains("Für Befugte");
                assertThat(tunnel.capsFlags()).isEqualTo(OptionalInt.of(0x0E));
            }
            try (GatewayClient client = new GatewayClient(
                    gateway.options(transport).capabilities(0x0A).build())) {
                client.connect();
                client.handshake();
                assertThat(client.createTunnel().consentMessage()).isEmpty();
            }
        }
        try (TestGateway gateway = TestGateway.start(consent + "consent-required = true\n" + TestGateway.RULE);
                GatewayClient client = new GatewayClient(gateway.options(transport)
                        .upgradeMethod(UpgradeMethod.GET)
                        .capabilities(0x0A)
                        .build())) {
            client.connect();
            client.handshake();
            assertThat(client.createTunnel()).isEqualTo(TunnelResponse.error(0x800759E9));
        }
    }

    /** Whoever thinks about the consent message has the time of the setting, not that of the login deadline. */
    @Test
    void consentMayTakeLongerThanTheLoginDeadline() throws Exception {
        String tables = "[limits]\nlogin-deadline = \"1s\"\n[tunnel]\nconsent-message = \"Yes?\"\n" + TestGateway.RULE;
        try (TestGateway gateway = TestGateway.start(tables);
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            client.connect();
            client.handshake();
            client.createTunnel();
            assertThatThrownBy(() -> client.receive(Duration.ofMillis(1500)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
            assertThat(client.openChannel(List.of(target.host()), target.port()).errorCode())
                    .isZero();
        }
    }

    /** The end of the gateway is told to clients. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aGatewayThatStopsClosesItsChannels(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            open(client, target);
            Thread stop = Thread.ofVirtual().start(gateway::stop);
            assertThat(client.receive()).isEqualTo(new CloseChannel(0x4D4));
            client.send(new CloseChannelResponse(0));
            assertEnds(client);
            assertThat(target.awaitIdle(PATIENCE)).isTrue();
            stop.join();
        }
    }
}
