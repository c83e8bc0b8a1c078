package io.gatehouse.jetty.admin;

import static io.gatehouse.core.admin.AdminRole.ADMIN;
import static io.gatehouse.core.admin.AdminRole.OPERATOR;
import static io.gatehouse.core.admin.AdminRole.VIEWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient.Answer;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.SourceTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What administrators see and do, beside clients that it happens to. */
@Timeout(60)
class AdminApiTest {
    @TempDir
    private Path folder;

    private AdminClient admin;
    private TestGateway gateway;
    private EchoTarget target;

    @BeforeEach
    void start() throws Exception {
        admin = AdminClient.start(folder, TestGateway.RULE);
        gateway = admin.gateway();
        target = new EchoTarget();
    }

    @AfterEach
    void stop() throws Exception {
        target.close();
        admin.close();
    }

    private GatewayClient client(Transport transport, String user) {
        return new GatewayClient(gateway.options(transport)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build());
    }

    private Channel open(GatewayClient client) throws IOException {
        return client.open("laptop", List.of(target.host()), target.port());
    }

    private JsonNode onlySession() throws Exception {
        Await.until(
                "one session",
                () -> admin.get(VIEWER, "/v1/sessions").json().get("matched").asInt() == 1);
        return admin.get(VIEWER, "/v1/sessions").json().get("sessions").get(0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSessionIsShownWithWhoFromWhereAndToWhat(Transport transport) throws Exception {
        try (GatewayClient client = client(transport, "alice")) {
            Channel channel = open(client);
            channel.send(ByteBuffer.allocate(1000));
            channel.readFully(ByteBuffer.allocate(1000));

            JsonNode session = onlySession();

            assertThat(session.at("/user/account").asString()).isEqualTo("alice");
            assertThat(session.at("/signIn/method").asString()).isEqualTo("ntlm");
            assertThat(session.at("/signIn/proofs").toString())
                    .isEqualTo("[\"channel-binding\",\"message-integrity\"]");
            assertThat(session.at("/client/address").asString()).isEqualTo("127.0.0.1");
            assertThat(session.at("/client/name").asString()).isEqualTo("laptop");
            assertThat(session.at("/client/userAgent").asString()).isEqualTo("MS-RDGateway/1.0");
            assertThat(session.at("/client/capabilities").toString()).contains("messaging-service-msg");
            assertThat(session.at("/target/host").asString()).isEqualTo("127.0.0.1");
            assertThat(session.at("/target/port").asInt()).isEqualTo(target.port());
            assertThat(session.at("/transport").asString())
                    .isEqualTo(transport == Transport.WEBSOCKET ? "websocket" : "dual-channel");
            assertThat(session.at("/rule").asString()).isEqualTo("staff to this machine");
            assertThat(session.at("/bytesToTarget").asLong()).isEqualTo(1000);
            assertThat(session.at("/bytesToClient").asLong()).isEqualTo(1000);
            assertThat(session.at("/idleSeconds").asLong()).isBetween(0L, 30L);
            String id = session.at("/id").asString();
            assertThat(admin.get(VIEWER, "/v1/sessions/" + id).json().at("/correlationId"))
                    .isEqualTo(session.at("/correlationId"));
            gateway.awaitAudit(session.at("/correlationId").asString(), "session.start");
        }
        Await.until(
                "no session",
                () -> admin.get(VIEWER, "/v1/sessions").json().get("matched").asInt() == 0);
    }

    @Test
    void listsAreFilteredAndPaged() throws Exception {
        try (GatewayClient one = client(Transport.WEBSOCKET, "alice");
                GatewayClient two = client(Transport.DUAL_CHANNEL, "bob");
                GatewayClient three = client(Transport.WEBSOCKET, "bob")) {
            open(one);
            open(two);
            open(three);
            Await.until(
                    "three sessions",
                    () -> admin.get(VIEWER, "/v1/sessions")
                                    .json()
                                    .get("matched")
                                    .asInt()
                            == 3);

            assertThat(matched("?user=bob")).isEqualTo(2);
            assertThat(matched("?user=*o*")).isEqualTo(2);
            assertThat(matched("?user=LAB%5Cbob")).isZero();
            assertThat(matched("?source=127.0.0.0/8")).isEqualTo(3);
            assertThat(matched("?source=10.0.0.1")).isZero();
            assertThat(matched("?transport=websocket&user=bob")).isEqualTo(1);
            assertThat(matched("?method=ntlm&since=1h")).isEqualTo(3);
            assertThat(matched("?method=kerberos")).isZero();
            assertThat(matched("?since=2026-01-01T00:00:00Z")).isEqualTo(3);
            assertThat(matched("?since=2999-01-01T00:00:00Z")).isZero();
            assertThat(admin.get(VIEWER, "/v1/sessions?since=yesterday").status())
                    .isEqualTo(400);
            assertThat(matched("?target=127.0.*.1&rule=staff%20to%20this%20machine"))
                    .isEqualTo(3);
            JsonNode first = admin.get(VIEWER, "/v1/sessions?sort=user&limit=2").json();
            JsonNode second = admin.get(
                            VIEWER,
                            "/v1/sessions?sort=user&limit=2&cursor="
                                    + first.get("next").asString())
                    .json();
            assertThat(first.get("sessions")).hasSize(2);
            assertThat(first.at("/sessions/0/user/name").asString()).isEqualTo("alice");
            assertThat(second.get("sessions")).hasSize(1);
            assertThat(second.has("next")).isFalse();
            assertThat(admin.get(
                                    VIEWER,
                                    "/v1/sessions?sort=idle&cursor="
                                            + first.get("next").asString())
                            .status())
                    .isEqualTo(400);
        }
    }

    private void rewrite(String before, String after) throws Exception {
        Path file = gateway.folder().resolve("gatehouse.toml");
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replace(before, after));
    }

    private JsonNode reloaded() throws Exception {
        Answer answer = admin.post(ADMIN, "/v1/reload", "");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void aReloadAnswersWhatChangedOrWhyNothingDid() throws Exception {
        assertThat(admin.post(OPERATOR, "/v1/reload", "").status()).isEqualTo(403);

        rewrite("staff to this machine", "everybody");
        JsonNode good = reloaded();
        assertThat(good.get("applied").asBoolean()).isTrue();
        assertThat(good.get("changed").toString()).isEqualTo("[\"policy.rule[0].name\"]");
        assertThat(good.get("digest").asString())
                .isNotEqualTo(good.get("before").asString());
        gateway.awaitAudit("configuration.reloaded", "\"rdgw.configuration.by\":\"admin\"");
        gateway.awaitAudit("admin.call", "\"rdgw.admin.operation\":\"reload\"", "changed: policy.rule[0].name");

        rewrite("everybody\"", "everybody\"\nusrs = [\"alice\"]");
        JsonNode bad = reloaded();
        assertThat(bad.get("applied").asBoolean()).isFalse();
        assertThat(bad.get("problems").toString()).contains("usrs: unknown key");
        assertThat(bad.get("digest")).isEqualTo(good.get("digest"));
        gateway.awaitAudit("configuration.refused", "\"rdgw.configuration.by\":\"admin\"", "unknown key");

        rewrite("usrs", "users");
        rewrite("name = \"gw.test\"", "name = \"other.test\"");
        JsonNode restart = reloaded();
        assertThat(restart.get("applied").asBoolean()).isFalse();
        assertThat(restart.get("needRestart").toString()).isEqualTo("[\"server.name\"]");

        rewrite("name = \"other.test\"", "name = \"gw.test\"");
        assertThat(reloaded().get("changed").toString()).isEqualTo("[\"policy.rule[0].users\"]");
        assertThat(gateway.audit().stream().filter(line -> line.contains("\"configuration.re")))
                .hasSize(4);
    }

    private int matched(String query) throws Exception {
        return admin.get(VIEWER, "/v1/sessions" + query).json().get("matched").asInt();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEndedSessionTellsTheClientThatAnAdministratorEndedIt(Transport transport) throws Exception {
        try (GatewayClient client = client(transport, "alice")) {
            Channel channel = open(client);
            String id = onlySession().at("/id").asString();

            Answer answer = admin.post(OPERATOR, "/v1/sessions/" + id + "/end", "{\"reason\":\"lost laptop\"}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.closeStatus()).isEqualTo(OptionalInt.of(0x4D4));
            gateway.awaitAudit("session.terminated", "ended by operator: lost laptop", "\"administrator\"");
            gateway.awaitAudit("admin.call", "\"user.name\":\"operator\"", "end-session", id);
        }
    }

    @Test
    void aMessageIsShownToThoseWhoseClientsTakeIt() throws Exception {
        try (GatewayClient one = client(Transport.WEBSOCKET, "alice");
                GatewayClient silent = new GatewayClient(
                        gateway.options(Transport.WEBSOCKET).capabilities(0).build())) {
            open(one);
            open(silent);
            Await.until("two sessions", () -> matched("") == 2);

            Answer answer = admin.post(OPERATOR, "/v1/messages", "{\"text\":\"Back at noon.\\nSorry.\",\"all\":true}");

            assertThat(answer.json().toString()).isEqualTo("{\"sent\":1,\"unable\":1}");
            assertThat(one.receive()).isEqualTo(new TsguPacket.ServiceMessage("Back at noon.\nSorry."));
        }
    }

    @Test
    void messagesDoNotCutOffAClientThatDoesNotReadThem() throws Exception {
        try (SourceTarget source = new SourceTarget(1L << 40);
                GatewayClient client = client(Transport.WEBSOCKET, "alice")) {
            Channel channel = client.open("laptop", List.of(source.host()), source.port());
            String id = onlySession().at("/id").asString();
            Await.still(source::sent, Duration.ofMillis(500));
            for (int i = 0; i < 100; i++) {
                assertThat(admin.post(OPERATOR, "/v1/sessions/" + id + "/message", "{\"text\":\"Soon.\"}")
                                .status())
                        .isEqualTo(200);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(channel.read(ByteBuffer.allocate(100_000))).isPositive();
            }
            assertThat(onlySession().at("/id").asString()).isEqualTo(id);
        }
    }

    @Test
    void oneUserIsNoPattern() throws Exception {
        String body = "{\"user\":\"LAB\\\\*\",\"duration\":\"1h\"}";
        assertThat(admin.post(OPERATOR, "/v1/users/block", body).status()).isEqualTo(400);
        assertThat(admin.post(OPERATOR, "/v1/users/end", "{\"user\":\"*\"}").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "bell\\u0007", "turn\\u202e", "half \\ud800"})
    void textsThatAreNotPrintableAreNoMessages(String text) throws Exception {
        assertThat(admin.post(OPERATOR, "/v1/messages", "{\"text\":\"" + text + "\",\"all\":true}")
                        .status())
                .isEqualTo(400);
        assertThat(admin.post(OPERATOR, "/v1/messages", "{\"text\":\"" + "x".repeat(501) + "\",\"all\":true}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aBlockedUserIsOutAndStaysOutWhileOthersGoOn() throws Exception {
        try (GatewayClient alice = client(Transport.WEBSOCKET, "alice");
                GatewayClient bob = client(Transport.WEBSOCKET, "bob")) {
            Channel hers = open(alice);
            Channel his = open(bob);
            Await.until("two sessions", () -> matched("") == 2);

            Answer answer = admin.post(
                    OPERATOR, "/v1/users/block", "{\"user\":\"Alice\",\"duration\":\"1h\",\"reason\":\"left\"}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().get("tunnels").asInt()).isEqualTo(1);
            assertThat(answer.json().get("kept").asBoolean()).isTrue();
            assertThat(hers.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            try (GatewayClient again = client(Transport.WEBSOCKET, "alice")) {
                assertThatThrownBy(() -> open(again)).isInstanceOf(IOException.class);
            }
            gateway.awaitAudit("sign-in.refused", "\"locked\"", "by operator: left");
            his.send(ByteBuffer.allocate(1));
            his.readFully(ByteBuffer.allocate(1));
            assertThat(Files.readString(folder.resolve("blocks"))).contains("\\alice\tleft");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("blocks"))))
                    .isEqualTo("rw-------");

            assertThat(admin.post(OPERATOR, "/v1/users/unblock", "{\"user\":\"alice\"}")
                            .status())
                    .isEqualTo(200);
            try (GatewayClient again = client(Transport.WEBSOCKET, "alice")) {
                open(again);
            }
        }
    }

    @Test
    void whileItDrainsOpenTunnelsGoOnAndNoneBegins() throws Exception {
        try (GatewayClient before = client(Transport.WEBSOCKET, "alice")) {
            Channel channel = open(before);
            assertThat(admin.monitoring("/readyz")).isEqualTo(200);

            assertThat(admin.post(ADMIN, "/v1/drain", "").status()).isEqualTo(200);

            assertThat(admin.monitoring("/readyz")).isEqualTo(503);
            assertThat(admin.monitoring("/livez")).isEqualTo(200);
            assertThat(admin.get(VIEWER, "/v1/status").json().at("/draining/by").asString())
                    .isEqualTo("admin");
            for (Transport transport : Transport.values()) {
                try (GatewayClient late = client(transport, "bob")) {
                    assertThatThrownBy(() -> open(late)).isInstanceOf(IOException.class);
                    assertThat(late.responses().getLast().status()).isEqualTo(503);
                }
            }
            channel.send(ByteBuffer.allocate(1));
            channel.readFully(ByteBuffer.allocate(1));

            assertThat(admin.post(ADMIN, "/v1/undrain", "")
                            .json()
                            .get("drained")
                            .asBoolean())
                    .isTrue();
            assertThat(admin.monitoring("/readyz")).isEqualTo(200);
            try (GatewayClient after = client(Transport.WEBSOCKET, "bob")) {
                open(after);
            }
        }
    }

    @Test
    void theDeadlineOfADrainThatWasEndedEndsNothing() throws Exception {
        try (GatewayClient client = client(Transport.WEBSOCKET, "alice")) {
            Channel channel = open(client);
            admin.post(ADMIN, "/v1/drain", "{\"deadline\":\"300ms\"}");
            assertThat(admin.post(ADMIN, "/v1/undrain", "").json().toString()).isEqualTo("{\"drained\":true}");
            assertThat(admin.post(ADMIN, "/v1/undrain", "").json().toString()).isEqualTo("{\"drained\":false}");
            assertThat(admin.get(VIEWER, "/v1/status").json().has("draining")).isFalse();

            Await.still(() -> gateway.census().getFirst(), Duration.ofMillis(900));

            channel.send(ByteBuffer.allocate(1));
            channel.readFully(ByteBuffer.allocate(1));
        }
    }

    @Test
    void theDeadlineOfADrainEndsWhatIsLeft() throws Exception {
        try (GatewayClient client = client(Transport.WEBSOCKET, "alice")) {
            Channel channel = open(client);

            admin.post(ADMIN, "/v1/drain", "{\"deadline\":\"300ms\"}");

            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            gateway.awaitAudit("session.terminated", "the gateway is drained by admin");
        }
    }

    @Test
    void anOperatorMayNotDrain() throws Exception {
        assertThat(admin.post(OPERATOR, "/v1/drain", "").status()).isEqualTo(403);
        assertThat(admin.post(OPERATOR, "/v1/undrain", "").status()).isEqualTo(403);
        assertThat(admin.get(VIEWER, "/v1/status").json().has("draining")).isFalse();
        gateway.awaitAudit("admin.refused", "\"rdgw.admin.operation\":\"drain\"", "needs the role admin");
    }

    @Test
    void theLineOfARefusalSaysWhomItWasAbout() throws Exception {
        assertThat(admin.post(VIEWER, "/v1/users/end", "{\"user\":\"carol\"}").status())
                .isEqualTo(403);
        gateway.awaitAudit(
                "admin.refused",
                "\"user.name\":\"viewer\"",
                "\"rdgw.admin.subject\":\"carol\"",
                "\"http.response.status_code\":403");
    }

    /** Each sends a byte now and then, so that no idle timeout meets it. */
    @Test
    void clientsThatDripTheirRequestsKeepNobodyWaiting() throws Exception {
        List<SocketChannel> drips = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                SocketChannel drip = i % 2 == 0
                        ? SocketChannel.open(UnixDomainSocketAddress.of(admin.socket()))
                        : SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), admin.port()));
                drips.add(drip);
                drip.write(ByteBuffer.wrap("GET /v1/status HTTP/1.1\r\nX-".getBytes(StandardCharsets.US_ASCII)));
                if (i % 10 == 9) {
                    for (SocketChannel each : drips) {
                        drip(each);
                    }
                }
            }
            Await.within(
                    Duration.ofSeconds(5),
                    "an answer",
                    () -> admin.get(VIEWER, "/v1/status").status() == 200);
            assertThat(overSocket("GET /v1/status")).startsWith("HTTP/1.1 200");
        } finally {
            for (SocketChannel drip : drips) {
                drip.close();
            }
        }
    }

    private static void drip(SocketChannel drip) {
        try {
            drip.write(ByteBuffer.wrap(new byte[] {'x'}));
        } catch (IOException e) {
            // The gateway has closed it: that is what this is about.
        }
    }

    private String overSocket(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(admin.socket()))) {
            String head = request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theSocketIsClosedToOthersAndKnowsItsUser() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(admin.socket())))
                .isEqualTo("rw-rw----");
        assertThat(Files.getOwner(admin.socket())).isEqualTo(Files.getOwner(Path.of("/proc/self")));
        assertThat(overSocket("POST /v1/undrain"))
                .as("without a token, in the role admin")
                .startsWith("HTTP/1.1 200");
        gateway.awaitAudit(
                "admin.call",
                "\"rdgw.auth.method\":\"peer\"",
                "\"user.name\":\"" + Files.getOwner(Path.of("/proc/self")).getName() + "\"");
    }

    /** A member of the gateway's group may connect; the kernel says who it is, whatever it sends. */
    @Test
    void anotherUserAtTheSocketNeedsAToken() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        assertThat(as("65534", "0", "")).contains("HTTP/1.1 401", "needs a token");
        assertThat(as("65534", "65534", "")).contains("curl: (7)");
        assertThat(as("65534", "0", admin.token(VIEWER))).contains("HTTP/1.1 200");
        gateway.awaitAudit("admin.refused", "needs a token", "\"user.name\":\"nobody\"");
        gateway.awaitAudit("admin.call", "\"user.name\":\"viewer\"", "\"rdgw.auth.method\":\"token\"");
    }

    private String as(String user, String group, String token) throws Exception {
        Process curl = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + group,
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "-i",
                        "--max-time",
                        "10",
                        "--unix-socket",
                        admin.socket().toString(),
                        token.isEmpty() ? "-HX-None: 1" : "-HAuthorization: Bearer " + token,
                        "http://localhost/v1/status")
                .redirectErrorStream(true)
                .start();
        String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor(15, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** DNS rebinding: the page of another site asks this address under the other site's name. */
    @Test
    void browsersAndOtherHostsAreRefused() throws Exception {
        assertThat(admin.send(admin.request("/v1/status")
                                .header("Authorization", "Bearer " + admin.token(VIEWER))
                                .header("Origin", "https://evil.example")
                                .build())
                        .status())
                .isEqualTo(403);
        assertThat(admin.send(admin.request("/v1/status")
                                .header("Authorization", "Bearer " + admin.token(VIEWER))
                                .header("Sec-Fetch-Site", "same-origin")
                                .build())
                        .status())
                .as("a browser without Origin, as for links and images")
                .isEqualTo(403);
        gateway.awaitAudit("admin.refused", "browsers may not use this API", "\"user.name\":\"viewer\"");
        assertThat(withHost("evil.example")).startsWith("HTTP/1.1 403");
        assertThat(withHost("localhost:" + admin.port())).startsWith("HTTP/1.1 200");
        gateway.awaitAudit("admin.refused", "Host names another server", "\"user.name\":\"viewer\"");
    }

    private String withHost(String host) throws IOException {
        return raw("GET /v1/status HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + admin.token(VIEWER)
                + "\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /v1/%2e%2e/status HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /v1/status HTTP/1.1\r\n\r\n"})
    void whatIsMalformedIsAnsweredInWordsAndWrittenDown(String head) throws Exception {
        assertThat(raw(head)).startsWith("HTTP/1.1 400").contains("application/problem+json", "malformed");
        gateway.awaitAudit("admin.refused", "malformed");
    }

    private String raw(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void guessesOfTokensAreLimitedAndWrittenDown() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(admin.send(admin.request("/v1/status")
                                    .header("Authorization", "Bearer gha_" + i)
                                    .build())
                            .status())
                    .isEqualTo(401);
        }
        assertThat(admin.send(admin.request("/v1/status")
                                .header("Authorization", "Bearer gha_21")
                                .build())
                        .status())
                .isEqualTo(429);
        assertThat(admin.get(VIEWER, "/v1/status").status())
                .as("an administrator at the same address")
                .isEqualTo(200);
        gateway.awaitAudit("admin.refused", "\"http.response.status_code\":401");
        gateway.awaitAudit("admin.refused", "\"http.response.status_code\":429");
        assertThat(String.join("\n", gateway.audit())).doesNotContain("gha_");
    }

    @Test
    void aTokenThatIsTakenOutOfTheFileIsNoTokenAnyMore() throws Exception {
        assertThat(admin.get(OPERATOR, "/v1/status").status()).isEqualTo(200);
        String without = Files.readString(folder.resolve("tokens")).replaceAll("(?m)^operator:.*\n", "");
        Files.writeString(folder.resolve("tokens"), without);

        assertThat(admin.get(OPERATOR, "/v1/status").status()).isEqualTo(401);
        assertThat(admin.get(VIEWER, "/v1/status").status()).isEqualTo(200);
    }
}
