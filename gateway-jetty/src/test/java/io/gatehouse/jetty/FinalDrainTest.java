package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users and load balancers see of a gateway that was told to end. */
@Timeout(60)
class FinalDrainTest {
    private static final String TABLES = """
            [auth.paa]
            [portal]
            url = "https://localhost"
            signing = { certificate = "gateway.pem", key = "gateway.key" }
            [metrics]
            address = "127.0.0.1:0"
            """ + TestGateway.RULE;

    private static Channel open(GatewayClient client, EchoTarget target) throws IOException {
        return client.open("pc", List.of("127.0.0.1"), target.port());
    }

    private static void echo(Channel channel) throws IOException {
        channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(5);
        channel.readFully(answer);
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
    }

    private static HttpURLConnection page(TestGateway gateway, String path) throws IOException {
        InetSocketAddress metrics = gateway.metricsAddress().orElseThrow();
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + metrics.getPort() + path)
                .toURL()
                .openConnection();
    }

    private static int readiness(TestGateway gateway) throws IOException {
        return page(gateway, "/readyz").getResponseCode();
    }

    private static boolean takesNoTunnels(TestGateway gateway) throws IOException {
        try (InputStream metrics = page(gateway, "/metrics").getInputStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.US_ASCII).contains("\ngatehouse_draining 1");
        }
    }

    private static boolean listens(TestGateway gateway) throws IOException {
        try (RawHttp _ = RawHttp.plain(gateway)) {
            return true;
        } catch (SocketException refused) {
            return false; // or reset: it was not accepted yet when the listener was closed
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void sessionsGoOnAndTheirUsersAreToldWhileNobodyElseIsLetIn(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES);
                GatewayClient client = gateway.client(transport)) {
            Channel channel = open(client, target);
            assertThat(readiness(gateway)).isEqualTo(200);

            CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);

            assertThat(client.receive())
                    .isEqualTo(
                            new TsguPacket.ServiceMessage("The gateway restarts or stops: your connection ends in 3600"
                                    + " seconds. Your programs keep running; connect again after that."));
            assertThat(readiness(gateway)).isEqualTo(503);
            Await.until("the end of listening", () -> !listens(gateway));
            echo(channel);
            assertThat(drained).isNotDone();
            channel.close();
            drained.get(10, TimeUnit.SECONDS);
            gateway.awaitAudit("drain.started", "\"rdgw.count\":1", "a signal: waits at most 3600 s");
            gateway.awaitAudit("drain.ended", "\"rdgw.count\":0", "no session is open any more");
        }
    }

    @Test
    void whatIsLeftAtTheLimitIsCut() throws Exception {
        try (EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.withDrainLimit("1s", TABLES);
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            Channel channel = open(client, target);
            gateway.drain();
            echo(channel);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.closeStatus()).isEqualTo(OptionalInt.of(0x4D4));
            stopped.get(10, TimeUnit.SECONDS);
            gateway.awaitAudit("drain.ended", "\"rdgw.count\":1", "the limit of 1 s is over (drain-limit)");
            gateway.awaitAudit("session.end", "\"rdgw.closed_by\":\"shutdown\"");
        }
    }

    /** For the second channel of one client and for the sign-in of another: systemd and users were told the limit. */
    @Test
    void allWaitsTogetherTakeNoLongerThanTheLimit() throws Exception {
        try (TestGateway gateway = TestGateway.withDrainLimit("2s", TABLES);
                GatewayClient half = gateway.client(Transport.DUAL_CHANNEL);
                RawHttp _ = RawHttp.plain(gateway)) {
            half.connectOut();
            Await.until("two connections", () -> gateway.census().getLast() == 2);
            long start = System.nanoTime();
            gateway.drain();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(2), Duration.ofMillis(3999));
        }
    }

    @Test
    void aSecondSignalEndsTheWait() throws Exception {
        try (EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES);
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            Channel channel = open(client, target);
            CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
            Await.until("the end of listening", () -> !listens(gateway));
            echo(channel);
            assertThat(drained).isNotDone();
            gateway.hurry();
            drained.get(10, TimeUnit.SECONDS);
            gateway.awaitAudit("drain.ended", "\"rdgw.count\":1", "told again to end");
        }
    }

    /** A client whose connection was accepted just before would fail otherwise, though the next process is near. */
    @Test
    void whoHasConnectedIsLetInForAMomentAndThenRefused() throws Exception {
        try (EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES);
                GatewayClient client = gateway.client(Transport.WEBSOCKET);
                RawHttp early = RawHttp.plain(gateway);
                RawHttp late = RawHttp.plain(gateway)) {
            open(client, target);
            Await.until("three connections", () -> gateway.census().getLast() == 3);
            CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
            Await.until("the end of listening", () -> !listens(gateway));
            early.webSocketWithoutSignIn();
            Await.until("no new tunnels", () -> takesNoTunnels(gateway));
            late.send(RawHttp.outHead("RDG-Connection-Id: " + RawHttp.ID));
            assertThat(late.readHead().status()).isEqualTo(503);
            gateway.hurry();
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    /** Its IN channel would come to the next process, which does not know it. */
    @Test
    void aClientWhoseOutChannelIsHereGetsItsInChannelToo() throws Exception {
        try (EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES);
                GatewayClient client = gateway.client(Transport.DUAL_CHANNEL)) {
            client.connectOut();
            CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
            Await.until("the begin of the end", () -> readiness(gateway) == 503);
            client.connectIn();
            client.handshake();
            client.createTunnel();
            client.authorizeTunnel("pc");
            client.openChannel(List.of("127.0.0.1"), target.port());
            Channel channel = client.channel();
            echo(channel);
            Await.until("the end of listening", () -> !listens(gateway));
            channel.close();
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void thePortalSendsBrowsersToTheNextProcess() throws Exception {
        try (TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES);
                RawHttp browser = RawHttp.tls(gateway)) {
            Await.until("one connection", () -> gateway.census().getLast() == 1);
            CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
            Await.until("the end of listening", () -> !listens(gateway));
            browser.send("GET /desktops HTTP/1.1\r\nHost: localhost\r\n\r\n");
            RawHttp.Head head = browser.readHead();
            assertThat(head.status()).isEqualTo(503);
            assertThat(head.values("retry-after")).containsExactly("5");
            assertThat(head.values("refresh")).containsExactly("5");
            assertThat(head.values("connection")).containsExactly("close");
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void nobodyToWaitForMeansNoWait() throws Exception {
        try (TestGateway gateway = TestGateway.withDrainLimit("1h", TABLES)) {
            gateway.drain();
            assertThatThrownBy(() -> RawHttp.plain(gateway)).isInstanceOf(ConnectException.class);
        }
    }
}
