package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that bring a token, through the front door of a real gateway. */
class PaaTest {
    private static final int COOKIE_DENIED = 0x800759F8;
    private static final int RAP_DENIED = 0x800759DA;
    private static final int NAP_DENIED = 0x800759DB;

    private static TestGateway gateway(String more) throws Exception {
        return TestGateway.start("[auth.paa]\n" + more + TestGateway.RULE);
    }

    private static ClientOptions.Builder with(TestGateway gateway, Transport transport, String token) {
        return gateway.options(transport).credentials(new Credentials.PaaCookie(Secret.ofText(token)));
    }

    private static void echo(GatewayClient client, int port) throws IOException {
        Channel channel = client.open("pc", List.of("127.0.0.1"), port);
        channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(5);
        channel.readFully(answer);
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTokenOpensItsTargetSeveralTimes(Transport transport) throws Exception {
        try (TestGateway gateway = gateway("");
                EchoTarget target = new EchoTarget()) {
            String token = gateway.token("staff", target.port(), Instant.now());
            for (int i = 0; i < 3; i++) {
                try (GatewayClient client =
                        new GatewayClient(with(gateway, transport, token).build())) {
                    echo(client, target.port());
                }
            }
            gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"dora\"", "\"rdgw.token.id\":\"id-");
            gateway.awaitEmpty();
        }
    }

    private static InetAddress loopback(int last) {
        return InetAddress.ofLiteral("127.0.0." + last);
    }

    /** Beside it, who signs in again with a password or a new token goes on. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTokenWhoseSessionHasTimedOutOpensNoOther(Transport transport) throws Exception {
        try (TestGateway gateway =
                        TestGateway.start("[auth.paa]\n" + TestGateway.RULE + "session-timeout = \"800ms\"\n");
                EchoTarget target = new EchoTarget()) {
            String token = gateway.token("staff", target.port(), Instant.now());
            try (GatewayClient dora =
                    new GatewayClient(with(gateway, transport, token).build())) {
                echo(dora, target.port());
                assertThat(dora.receive()).isEqualTo(new TsguPacket.CloseChannel(0x59F6));
            }
            try (GatewayClient again =
                    new GatewayClient(with(gateway, transport, token).build())) {
                assertThatThrownBy(() -> again.open("pc", List.of("127.0.0.1"), target.port()))
                        .isInstanceOfSatisfying(
                                TunnelException.class,
                                refusal -> assertThat(refusal.code()).isEqualTo(COOKIE_DENIED));
            }
            gateway.awaitAudit("sign-in.refused", "\"user.name\":\"dora\"", "its session has timed out");
            String other = gateway.token("staff", target.port(), Instant.now().plusMillis(1));
            try (GatewayClient renewed =
                            new GatewayClient(with(gateway, transport, other).build());
                    GatewayClient alice = gateway.client(transport)) {
                echo(renewed, target.port());
                echo(alice, target.port());
            }
        }
    }

    /** Beside it, a copy does not, although the gateway that saw the first use has ended. */
    @Test
    void aTokenThatWasUsedComesBackAfterARestart() throws Exception {
        TestGateway first = gateway("");
        try (EchoTarget target = new EchoTarget()) {
            String token = first.token("staff", target.port(), Instant.now());
            try (GatewayClient owner = new GatewayClient(with(first, Transport.WEBSOCKET, token)
                    .localAddress(loopback(1))
                    .build())) {
                echo(owner, target.port());
            }
            first.stop();
            try (TestGateway second = first.startedAgain();
                    GatewayClient thief = new GatewayClient(with(second, Transport.WEBSOCKET, token)
                            .localAddress(loopback(2))
                            .build());
                    GatewayClient owner = new GatewayClient(with(second, Transport.WEBSOCKET, token)
                            .localAddress(loopback(1))
                            .build())) {
                assertThatThrownBy(() -> thief.open("pc", List.of("127.0.0.1"), target.port()))
                        .isInstanceOfSatisfying(
                                TunnelException.class,
                                refusal -> assertThat(refusal.code()).isEqualTo(COOKIE_DENIED));
                second.awaitAudit("sign-in.refused", "used first from 127.0.0.1 and now from 127.0.0.2");
                echo(owner, target.port());
            }
        }
    }

    /** While its owner's session lives, and although its own comebacks would be granted. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aCopyOfATokenOpensNothingFromAnotherAddress(Transport transport) throws Exception {
        try (TestGateway gateway = gateway("");
                EchoTarget target = new EchoTarget()) {
            String token = gateway.token("staff", target.port(), Instant.now());
            try (GatewayClient owner = new GatewayClient(with(gateway, transport, token)
                            .localAddress(loopback(1))
                            .build());
                    GatewayClient thief = new GatewayClient(with(gateway, transport, token)
                            .localAddress(loopback(2))
                            .build())) {
                echo(owner, target.port());
                assertThatThrownBy(() -> thief.open("pc", List.of("127.0.0.1"), target.port()))
                        .isInstanceOfSatisfying(
                                TunnelException.class,
                                refusal -> assertThat(refusal.code()).isEqualTo(COOKIE_DENIED));
                assertThat(target.accepted()).isOne();
            }
            gateway.awaitAudit(
                    "sign-in.refused",
                    "\"user.name\":\"dora\"",
                    "\"source.ip\":\"127.0.0.2\"",
                    "used first from 127.0.0.1 and now from 127.0.0.2");
            try (GatewayClient again = new GatewayClient(
                    with(gateway, transport, token).localAddress(loopback(1)).build())) {
                echo(again, target.port());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whereUsersMayRoamTheyComeBackFromAnotherAddressAndTheAuditLogSaysSo(Transport transport) throws Exception {
        try (TestGateway gateway = gateway("roaming = true\n");
                EchoTarget target = new EchoTarget()) {
            String token = gateway.token("staff", target.port(), Instant.now());
            for (int last = 1; last <= 2; last++) {
                try (GatewayClient client = new GatewayClient(with(gateway, transport, token)
                        .localAddress(loopback(last))
                        .build())) {
                    echo(client, target.port());
                }
            }
            gateway.awaitAudit(
                    "sign-in.accepted",
                    "\"event.reason\":\"the token was used first from 127.0.0.1\"",
                    "\"source.ip\":\"127.0.0.2\"");
        }
    }

    @Test
    void aTokenThatWasMadeBeforeTheGatewayStartedIsDenied() throws Exception {
        try (TestGateway gateway = gateway("")) {
            refused(
                    gateway,
                    gateway.token("staff", 4000, Instant.now().minus(Duration.ofMinutes(2))),
                    4000,
                    COOKIE_DENIED);
            gateway.awaitAudit("sign-in.refused", "before the gateway started", "dora");
        }
    }

    private void refused(TestGateway gateway, String token, int port, int code) {
        try (GatewayClient client =
                new GatewayClient(with(gateway, Transport.WEBSOCKET, token).build())) {
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), port))
                    .isInstanceOfSatisfying(
                            TunnelException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(code));
        }
    }

    @Test
    void anotherTargetIsDeniedThoughTheRulesAllowIt() throws Exception {
        try (TestGateway gateway = gateway("");
                EchoTarget target = new EchoTarget()) {
            refused(gateway, gateway.token("staff", target.port() ^ 1, Instant.now()), target.port(), RAP_DENIED);
            gateway.awaitAudit("resource.denied", "the token does not open 127.0.0.1:" + target.port());
        }
    }

    @Test
    void aTokenIsNoWayAroundTheRules() throws Exception {
        try (TestGateway gateway = gateway("");
                EchoTarget target = new EchoTarget()) {
            refused(gateway, gateway.token("guests", target.port(), Instant.now()), target.port(), NAP_DENIED);
        }
    }

    @Test
    void anExpiredTokenIsDenied() throws Exception {
        try (TestGateway gateway = gateway("")) {
            refused(
                    gateway,
                    gateway.token("staff", 4000, Instant.now().minus(Duration.ofMinutes(6))),
                    4000,
                    COOKIE_DENIED);
            gateway.awaitAudit("sign-in.refused", "\"rdgw.auth.method\":\"paa\"", "expired at", "dora");
        }
    }

    @Test
    void aForgedTokenIsDenied() throws Exception {
        try (TestGateway gateway = gateway("")) {
            String good = gateway.token("staff", 4000, Instant.now());
            refused(gateway, good.substring(0, good.lastIndexOf('.') + 1) + "A".repeat(43), 4000, COOKIE_DENIED);
            gateway.awaitAudit("sign-in.refused", "wrong signature");
        }
    }

    @Test
    void aKeyThatWasDroppedOpensNothingAnyMore() throws Exception {
        try (TestGateway gateway = gateway("")) {
            String token = gateway.token("staff", 4000, Instant.now());
            gateway.replaceTokenKeys();
            refused(gateway, token, 4000, COOKIE_DENIED);
            gateway.awaitAudit("sign-in.refused", "signed with an unknown key");
        }
    }

    /**
     * A client that does not announce its token, as mstsc in some versions: it is let in by the name that it came for.
     */
    @Test
    void theTokenHostNeedsNoAnnouncement() throws Exception {
        try (TestGateway gateway = gateway("hosts = [\"Token.gw.test\"]\n")) {
            List<String> upgrade = List.of(
                    "RDG_OUT_DATA " + RawHttp.PATH + " HTTP/1.1",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            String request = String.join("\r\n", upgrade) + "\r\nHost: %s\r\n\r\n";
            try (RawHttp raw = RawHttp.plain(gateway)) {
                raw.send(request.formatted("token.gw.test:443"));
                assertThat(raw.readHead().status()).isEqualTo(101);
            }
            try (RawHttp raw = RawHttp.plain(gateway)) {
                raw.send(request.formatted("gw.test"));
                assertThat(raw.readHead().status()).isEqualTo(401);
            }
        }
    }

    @Test
    void withoutTheTableNoTokenIsTaken() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                GatewayClient client = new GatewayClient(
                        with(gateway, Transport.WEBSOCKET, gateway.token("staff", 4000, Instant.now()))
                                .build())) {
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), 4000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aMissingKeyFileIsExplained() {
        assertThatThrownBy(() -> TestGateway.start("[auth.paa]\nkeys = \"nowhere.json\"\n" + TestGateway.RULE))
                .isInstanceOf(GatewayStartException.class)
                .hasMessageContaining("[auth.paa]: token key file")
                .hasMessageContaining("gatehouse token rotate");
    }
}
