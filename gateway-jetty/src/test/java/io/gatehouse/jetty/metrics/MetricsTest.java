package io.gatehouse.jetty.metrics;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page that Prometheus reads, of a running gateway. */
@Timeout(60)
class MetricsTest {
    private static final String METRICS = "[metrics]\naddress = \"127.0.0.1:0\"\n";

    private TestGateway gateway;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(METRICS + TestGateway.RULE);
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        gateway.close();
    }

    private InetSocketAddress address() {
        return gateway.metricsAddress().orElseThrow();
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + address().getPort() + path))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private String page() throws Exception {
        HttpResponse<String> response = request("GET", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return response.body();
    }

    private Optional<String> value(String series) throws Exception {
        return page().lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> line.substring(series.length() + 1))
                .findFirst();
    }

    private void await(String series, String value) throws Exception {
        Await.until(series + " " + value, () -> value(series).equals(Optional.of(value)));
    }

    /** Somebody who reaches the address holds connections open: a probe that fails would have the gateway restarted. */
    @Test
    void whoHoldsConnectionsOpenKeepsNobodyOut() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            for (int number = 0; number < 100; number++) {
                Socket socket = new Socket(address().getAddress(), address().getPort());
                held.add(socket);
                socket.getOutputStream().write("GET /livez HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
            }
            HttpRequest probe = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + address().getPort() + "/livez"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            for (int number = 0; number < 50; number++) {
                assertThat(http.send(probe, BodyHandlers.ofString()).body()).isEqualTo("ok\n");
            }
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void aTunnelIsCountedFromItsSignInToItsEnd() throws Exception {
        try (EchoTarget target = new EchoTarget()) {
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                Channel channel = client.open("pc-of-alice", List.of(target.host()), target.port());
                channel.send(ByteBuffer.wrap(new byte[1234]));
                channel.readFully(ByteBuffer.allocate(1234));

                await("gatehouse_sign_ins_total{method=\"ntlm\"}", "1.0");
                await("gatehouse_relayed_bytes_total{direction=\"to-target\"}", "1234.0");
                await("gatehouse_relayed_bytes_total{direction=\"to-client\"}", "1234.0");
                assertThat(value("gatehouse_sign_in_duration_seconds_count{method=\"ntlm\",result=\"accepted\"}"))
                        .hasValue("1");
                assertThat(value("gatehouse_dial_duration_seconds_count{result=\"connected\"}"))
                        .hasValue("1");
                assertThat(value("gatehouse_tunnels")).hasValue("1.0");
                assertThat(value("gatehouse_channels")).hasValue("1.0");
                assertThat(value("gatehouse_channels_opened_total")).hasValue("1.0");
                assertThat(value("gatehouse_connections")).hasValue("1.0");
                assertThat(value("gatehouse_connections_before_login")).hasValue("0.0");
                assertThat(value("gatehouse_connections_accepted_total")).hasValue("1.0");
                assertThat(page()).doesNotContain("alice").doesNotContain(target.host() + ":" + target.port());
            }
            await("gatehouse_channels_closed_total{by=\"client\"}", "1.0");
            await("gatehouse_channel_duration_seconds_count", "1");
        }
        await("gatehouse_tunnels", "0.0");
        await("gatehouse_channels", "0.0");
        await("gatehouse_connections", "0.0");
    }

    @Test
    void refusalsAreCountedByMethodAndReasonAndNothingThatClientsMakeUp() throws Exception {
        try (GatewayClient wrong = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("mallory", "wrong"))
                .build())) {
            assertThatThrownBy(wrong::connect).isInstanceOf(IOException.class);
        }
        for (int i = 0; i < 100; i++) {
            try (RawHttp plain = RawHttp.plain(gateway)) {
                plain.send(outHead("Authorization: Made-Up-" + i + " eHh4"));
                assertThat(plain.readHead().status()).isEqualTo(401);
            }
        }
        await("gatehouse_sign_ins_refused_total{method=\"ntlm\",reason=\"not-known\"}", "1.0");
        await("gatehouse_sign_ins_refused_total{method=\"other\",reason=\"refused\"}", "100.0");
        assertThat(page()).doesNotContain("mallory").doesNotContainIgnoringCase("made-up");
    }

    @Test
    void aTargetThatIsDeniedIsCountedByTheErrorThatTheClientSees() throws Exception {
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThatThrownBy(() -> client.open("pc", List.of("192.0.2.1"), 3389))
                    .isInstanceOf(TunnelException.class);
        }
        await("gatehouse_refusals_total{code=\"E_PROXY_RAP_ACCESSDENIED\"}", "1.0");
    }

    /** Nobody who is let in from outside can read it. */
    @Test
    void thePageIsNoTarget() {
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThatThrownBy(() ->
                            client.open("pc", List.of("127.0.0.1"), address().getPort()))
                    .isInstanceOfSatisfying(
                            TunnelException.class,
                            refused -> assertThat(refused.code()).isEqualTo(0x800759DA));
        }
    }

    @Test
    void thereIsOnePageAndItIsOnlyRead() throws Exception {
        assertThat(request("HEAD", "/metrics").statusCode()).isEqualTo(200);
        assertThat(request("GET", "/").statusCode()).isEqualTo(404);
        assertThat(request("GET", "/metrics/").statusCode()).isEqualTo(404);
        assertThat(request("GET", "/remoteDesktopGateway/").statusCode()).isEqualTo(404);
        HttpResponse<String> post = request("POST", "/metrics");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD");
        try (RawHttp clients = RawHttp.plain(gateway)) {
            clients.send(RawHttp.head("GET /metrics"));
            assertThat(clients.readHead().status()).isEqualTo(404);
        }
    }

    @Test
    void withoutTheTableNothingIsShown() throws Exception {
        try (TestGateway silent = TestGateway.start()) {
            assertThat(silent.metricsAddress()).isEmpty();
        }
    }

    @Test
    void anAddressThatIsTakenKeepsTheGatewayFromStarting() {
        String taken = METRICS.replace(":0", ":" + address().getPort());
        assertThatThrownBy(() -> TestGateway.start(taken + TestGateway.RULE))
                .isInstanceOf(GatewayStartException.class)
                .hasMessageContaining("Address already in use");
    }
}
