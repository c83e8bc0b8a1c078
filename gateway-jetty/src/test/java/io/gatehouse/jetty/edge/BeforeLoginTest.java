package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections count as before sign-in, and which of them end. */
class BeforeLoginTest {
    private static final String CONSENT = "[tunnel]\nconsent-message = \"Yes?\"\n" + TestGateway.RULE;

    private static RawHttp answered(RawHttp http) throws IOException {
        http.send(outHead("RDG-Connection-Id: " + RawHttp.ID));
        assertThat(http.readHead().status()).isEqualTo(401);
        return http;
    }

    /** A tunnel whose user reads the consent message. */
    private static GatewayClient reading(TestGateway gateway, Transport transport) throws IOException {
        GatewayClient client = gateway.client(transport);
        client.connect();
        client.handshake();
        assertThat(client.createTunnel().consentMessage()).contains("Yes?");
        return client;
    }

    private static void agree(GatewayClient client, EchoTarget target) throws IOException {
        assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
        assertThat(client.openChannel(List.of(target.host()), target.port()).errorCode())
                .isZero();
    }

    /** Which of several connections is older is certain only when the gateway has taken one before the next comes. */
    private static void awaitConnections(TestGateway gateway, int count) throws Exception {
        Await.until(count + " connections", () -> gateway.census().getLast() == count);
    }

    @Test
    void aConnectionThatAsksNothingEndsLongBeforeOneThatAsked() throws Exception {
        String limits = "[limits]\nfirst-request-deadline = \"300ms\"\n";
        try (TestGateway gateway = TestGateway.start(limits + TestGateway.RULE);
                RawHttp asks = answered(RawHttp.plain(gateway));
                RawHttp silent = RawHttp.plain(gateway);
                RawHttp drips = RawHttp.plain(gateway)) {
            silent.assertEnds();
            assertThat(drips.dripUntilEnd('X')).isTrue();
            answered(asks);
        }
    }

    /** Whoever only connects goes before those who took the trouble of a handshake. */
    @Test
    void aConnectionWithTlsEndsAfterOneThatOnlyConnected() throws Exception {
        try (TestGateway gateway = TestGateway.start("[limits]\nconnections-before-login = 2\n" + TestGateway.RULE);
                RawHttp encrypted = RawHttp.tls(gateway)) {
            try (RawHttp meanwhile = RawHttp.plainFrom(gateway, "127.0.0.2")) {
                assertThat(meanwhile.out("alice", RawHttp.ID).status()).isEqualTo(200);
            }
            awaitConnections(gateway, 1);
            try (RawHttp connected = RawHttp.plain(gateway)) {
                awaitConnections(gateway, 2);
                try (RawHttp newcomer = answered(RawHttp.plain(gateway))) {
                    connected.assertEnds();
                    answered(encrypted);
                    answered(newcomer);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoReadsTheConsentMessageIsNotBeforeSignIn(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start("[limits]\nconnections-before-login = 2\n" + CONSENT);
                EchoTarget target = new EchoTarget();
                GatewayClient reader = reading(gateway, transport);
                RawHttp first = answered(RawHttp.plain(gateway));
                RawHttp second = answered(RawHttp.plain(gateway));
                RawHttp third = answered(RawHttp.plain(gateway))) {
            first.assertEnds();
            answered(second);
            answered(third);
            agree(reader, target);
        }
    }

    /** Somebody with one account must not hold connections without end. */
    @Test
    void oneUserHasAsManyWaitingConnectionsAsChannels() throws Exception {
        String limits = "[limits]\nconnections-before-login = 1\ntunnels-per-user = 1\n";
        try (TestGateway gateway = TestGateway.start(limits + CONSENT);
                EchoTarget target = new EchoTarget();
                GatewayClient first = reading(gateway, Transport.WEBSOCKET);
                GatewayClient second = reading(gateway, Transport.WEBSOCKET);
                RawHttp other = answered(RawHttp.plain(gateway))) {
            assertThatThrownBy(() -> second.receive(Duration.ofSeconds(10)))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            answered(other);
            agree(first, target);
        }
    }

    private static RawHttp tunnelBehindProxy(TestGateway gateway, String client) throws IOException {
        RawHttp http = RawHttp.plain(gateway);
        http.send(RawHttp.head(
                "RDG_OUT_DATA " + RawHttp.PATH,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "RDG-Connection-Id: " + RawHttp.ID,
                "RDG-Auth-Scheme: SSPI_NTLM",
                "X-Forwarded-For: " + client,
                "X-Forwarded-Proto: https"));
        assertThat(http.readHead().status()).isEqualTo(101);
        return http;
    }

    /** The proxy has one address, and its clients have many. */
    @Test
    void behindAProxyTheNetworksOfItsClientsAreCompared() throws Exception {
        String limits = "[limits]\nconnections-before-login = 3\n" + TestGateway.RULE;
        try (TestGateway gateway = TestGateway.behindProxy(limits);
                RawHttp other = tunnelBehindProxy(gateway, "2001:db8:1::1");
                RawHttp first = tunnelBehindProxy(gateway, "2001:db8:2:1::1");
                RawHttp second = tunnelBehindProxy(gateway, "2001:db8:2:2::1");
                RawHttp newcomer = tunnelBehindProxy(gateway, "198.51.100.1")) {
            first.assertEnds();
            other.assertQuiet();
            second.assertQuiet();
            newcomer.assertQuiet();
        }
    }

    /** All connections that there may be are half-open: somebody gives way all the same. */
    @Test
    void aTunnelHasItsConnectionWhenStrangersHoldAllThereMayBe() throws Exception {
        List<RawHttp> held = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start("[limits]\nconnections = 3\n" + TestGateway.RULE);
                EchoTarget target = new EchoTarget()) {
            for (int i = 0; i < 3; i++) {
                held.add(RawHttp.plainFrom(gateway, "127.0.1.1"));
                awaitConnections(gateway, i + 1);
            }
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                client.open("pc", List.of(target.host()), target.port());
            }
            held.getFirst().assertEnds();
        } finally {
            for (RawHttp connection : held) {
                connection.close();
            }
        }
    }

    /** The kernel drops what does not fit into its queue, and the client comes again a second later. */
    @Test
    void fourHundredConnectionsAtOnceAreAllEstablishedAtOnce() throws Exception {
        List<SocketChannel> channels = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start()) {
            for (int i = 0; i < 400; i++) {
                SocketChannel channel = SocketChannel.open();
                channels.add(channel);
                channel.bind(new InetSocketAddress("127.0.2." + (1 + i % 8), 0));
                channel.configureBlocking(false);
            }
            int waiting = 0;
            for (SocketChannel channel : channels) {
                waiting += channel.connect(gateway.plain()) || channel.finishConnect() ? 0 : 1;
            }
            assertThat(waiting).as("connections that the kernel did not take").isZero();
            awaitConnections(gateway, 400);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
