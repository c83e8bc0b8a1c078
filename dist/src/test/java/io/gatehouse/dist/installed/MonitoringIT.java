package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Debian's Prometheus reads the installed gateway, and has an answer to each question of its dashboard. */
@Timeout(90)
class MonitoringIT {
    private static final Path SHIPPED = Path.of("src", "main", "tarball", "monitoring");
    private static final Duration SOON = Duration.ofSeconds(25);
    private static final String TABLES = """
            [metrics]
            address = "127.0.0.1:PORT"
            [admin]
            socket = "admin.sock"
            [limits]
            guesses-per-account = 1000
            guesses-per-source = 1000
            failed-channels-burst = 1000
            [[policy.rule]]
            name = "staff to loopback"
            groups = ["staff"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void tools() {
        RequiredTools.assume("prometheus");
    }

    /** What Grafana asks, with the values of its variables. */
    private static List<String> questions() throws Exception {
        Map<String, Object> dashboard =
                JSONObjectUtils.parse(Files.readString(SHIPPED.resolve("gatehouse-dashboard.json")));
        List<String> questions = new ArrayList<>();
        for (Object panel : list(dashboard, "panels")) {
            for (Object target : list(panel, "targets")) {
                questions.add(String.valueOf(at(target, "expr"))
                        .replace("$instance", ".*")
                        .replace("$__rate_interval", "4s"));
            }
        }
        return questions;
    }

    private Map<String, Object> get(int prometheus, String path) throws Exception {
        String body = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + prometheus + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return JSONObjectUtils.parse(body);
    }

    /** Whether there is a number for it. */
    private boolean isAnswered(int prometheus, String question) throws Exception {
        Map<String, Object> answer =
                get(prometheus, "/api/v1/query?query=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
        assertThat(answer).as(question).containsEntry("status", "success");
        return list(answer, "data", "result").stream()
                .map(series -> list(series, "value").get(1))
                .anyMatch(value -> !"NaN".equals(value));
    }

    /** What stands there; an empty list when nothing does. */
    private static Object at(Object json, String... path) {
        Object found = json;
        for (String name : path) {
            Object inside = found instanceof Map<?, ?> map ? map.get(name) : null;
            found = inside == null ? List.of() : inside;
        }
        return found;
    }

    private static List<?> list(Object json, String... path) {
        return at(json, path) instanceof List<?> list ? list : List.of();
    }

    /** What users, strangers and administrators do in a second. */
    private static void traffic(InstalledGateway gateway, EchoTarget target) throws IOException {
        for (Transport transport : Transport.values()) {
            try (GatewayClient client = client(gateway, transport, InstalledGateway.PASSWORD)) {
                client.open("laptop", List.of("127.0.0.1"), target.port()).send(ByteBuffer.allocate(1000));
            }
        }
        assertFails(gateway, "wrong", target.port());
        assertFails(gateway, InstalledGateway.PASSWORD, 80);
        try (GatewayClient lost = new GatewayClient(options(gateway, Transport.WEBSOCKET, InstalledGateway.PASSWORD)
                .path("/nowhere")
                .build())) {
            lost.connect();
        } catch (IOException expected) {
            // There is nothing.
        }
        try (Socket nobody = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            nobody.getOutputStream().write("no TLS\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void assertFails(InstalledGateway gateway, String password, int port) {
        try (GatewayClient client = client(gateway, Transport.WEBSOCKET, password)) {
            client.open("laptop", List.of("127.0.0.1"), port);
            throw new AssertionError("was let in");
        } catch (IOException expected) {
            // That is what is counted.
        }
    }

    private static GatewayClient client(InstalledGateway gateway, Transport transport, String password) {
        return new GatewayClient(options(gateway, transport, password).build());
    }

    private static ClientOptions.Builder options(InstalledGateway gateway, Transport transport, String password) {
        return ClientOptions.builder("localhost", gateway.port())
                .trust(new Trust.Pinned(gateway.x509()))
                .transport(transport)
                .credentials(Credentials.ntlm("alice", password));
    }

    private OwnProcess prometheus(int port, int metrics) throws IOException {
        Files.copy(SHIPPED.resolve("gatehouse-alerts.yml"), folder.path().resolve("gatehouse-alerts.yml"));
        Path file = folder.write(
                "prometheus.yml",
                Files.readString(SHIPPED.resolve("prometheus.yml"))
                        .replace("15s", "1s")
                        .replace(":9115", ":" + metrics));
        return OwnProcess.startServer(
                folder,
                Map.of(),
                List.of(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.freshFolder("data"),
                        "--web.listen-address=127.0.0.1:" + port));
    }

    @Test
    void everyQuestionOfTheDashboardHasAnAnswer() throws Exception {
        int metrics = InstalledGateway.freePort();
        int port = InstalledGateway.freePort();
        try (InstalledGateway gateway =
                        InstalledGateway.start(folder, TABLES.replace("PORT", String.valueOf(metrics)));
                EchoTarget target = new EchoTarget();
                OwnProcess prometheus = prometheus(port, metrics)) {
            List<String> open = new ArrayList<>(questions());
            assertThat(open).hasSizeGreaterThan(30);
            gateway.command("status");
            long end = System.nanoTime() + SOON.toNanos();
            while (!open.isEmpty() && System.nanoTime() < end && prometheus.isAlive()) {
                traffic(gateway, target);
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics + "/readyz"))
                                .build(),
                        BodyHandlers.discarding());
                if (isReady(port)) {
                    for (String question : List.copyOf(open)) {
                        if (isAnswered(port, question)) {
                            open.remove(question);
                        }
                    }
                }
            }
            assertThat(open).as(prometheus.output()).isEmpty();
            assertThat(rules(port))
                    .as("rules that Prometheus can evaluate")
                    .isNotEmpty()
                    .containsOnly("ok");
        }
    }

    private boolean isReady(int prometheus) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + prometheus + "/-/ready"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> rules(int prometheus) throws Exception {
        return list(get(prometheus, "/api/v1/rules"), "data", "groups").stream()
                .flatMap(group -> list(group, "rules").stream())
                .map(rule -> String.valueOf(at(rule, "health")))
                .toList();
    }
}
