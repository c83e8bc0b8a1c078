package io.gatehouse.jetty.admin;

import static io.gatehouse.core.admin.AdminRole.OPERATOR;
import static io.gatehouse.core.admin.AdminRole.VIEWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What the log tells while the connections of one user or source are debugged. */
@Timeout(60)
class DebugWatchTest {
    @TempDir
    private Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.gatehouse.watched");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private AdminClient admin;
    private EchoTarget target;

    @BeforeEach
    void start() throws Exception {
        logger.setLevel(Level.DEBUG);
        log.start();
        logger.addAppender(log);
        admin = AdminClient.start(folder, TestGateway.RULE);
        target = new EchoTarget();
    }

    @AfterEach
    void stop() throws Exception {
        target.close();
        admin.close();
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private List<String> lines() {
        synchronized (log) { // as appenders do
            return log.list.stream()
                    .map(event -> event.getMessage() + " " + event.getKeyValuePairs())
                    .toList();
        }
    }

    private GatewayClient client(Transport transport, String user, String password) {
        return new GatewayClient(admin.gateway()
                .options(transport)
                .credentials(Credentials.ntlm(user, password))
                .build());
    }

    private void connect(Transport transport, String user, String password) throws IOException {
        try (GatewayClient client = client(transport, user, password)) {
            client.open("laptop", List.of(target.host()), target.port());
        }
    }

    private void debug(String field, String value) throws Exception {
        assertThat(admin.post(OPERATOR, "/v1/debug", "{\"%s\":\"%s\",\"duration\":\"10m\"}".formatted(field, value))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theConnectionsOfOneUserAreFollowedFromTheirFirstRequestAndThoseOfOthersAreNot(Transport transport)
            throws Exception {
        debug("user", "Alice");
        connect(transport, "bob", TestGateway.PASSWORD);
        connect(transport, "alice", TestGateway.PASSWORD);
        Await.until("the end of the tunnel", () -> lines().toString().contains("transport closed"));

        assertThat(lines().toString())
                .contains("RDG_OUT_DATA /remoteDesktopGateway/ with NTLM", "the client has to go on", "at=\"")
                .contains("HandshakeRequest: AwaitingHandshake -> AwaitingTunnelCreate")
                .contains("connected to 127.0.0.1:" + target.port(), "rule \"staff to this machine\"")
                .doesNotContain("bob")
                .doesNotContain("TlRMTVNTU") // NTLMSSP in base64
                .doesNotContain(TestGateway.PASSWORD);
        admin.gateway().awaitAudit("admin.call", "begin-debug", "debug of user \\\\alice until");
    }

    /** Nothing is answered to the stream of an IN channel before the tunnel ends, least of all 200. */
    @Test
    void theLogDoesNotSayThatAnInChannelWasAnswered() throws Exception {
        debug("user", "alice");
        connect(Transport.DUAL_CHANNEL, "alice", TestGateway.PASSWORD);
        Await.until("the end of the tunnel", () -> lines().toString().contains("transport closed"));

        List<String> answers = lines().stream()
                .filter(line -> line.contains("stage=\"answer\""))
                .map(line -> line.replaceAll(".*detail=\"([^\"]*)\".*", "$1"))
                .toList();
        assertThat(answers)
                .containsOnlyOnce("none yet: the IN channel is taken over, and answered when the tunnel ends")
                .filteredOn("200"::equals)
                .as("the seed of the OUT channel, and the sign-in of the IN channel")
                .hasSize(2);
    }

    /** Alice and bob are connected before anybody watches; the packet and the end of hers come after that. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsThatHaveBegunBeforeAreFollowedAsWell(Transport transport) throws Exception {
        try (GatewayClient alice = client(transport, "alice", TestGateway.PASSWORD);
                GatewayClient bob = client(transport, "bob", TestGateway.PASSWORD)) {
            for (GatewayClient client : List.of(alice, bob)) {
                client.open("laptop", List.of(target.host()), target.port());
            }
            Await.until(
                    "two sessions",
                    () -> admin.get(VIEWER, "/v1/sessions")
                                    .json()
                                    .get("matched")
                                    .asInt()
                            == 2);

            debug("user", "ALICE");
        }
        Await.until("the end of all tunnels", () -> admin.gateway().census().getFirst() == 0);

        assertThat(lines().stream().filter(line -> line.contains("ChannelOpen -> Closed")))
                .as("the end of her connection, and not of his")
                .hasSize(1);
        assertThat(lines()).allSatisfy(line -> assertThat(line).contains("stage=\"tunnel\""));
    }

    @Test
    void aWrongPasswordOfTheUserIsFollowedByTheNameThatTheClientClaims() throws Exception {
        debug("user", "alice");
        assertThatThrownBy(() -> connect(Transport.WEBSOCKET, "alice", "wrong")).isInstanceOf(IOException.class);
        Await.until("the refusal", () -> lines().toString().contains("refused: bad-credentials: wrong password"));
        assertThat(lines().toString()).contains("RDG_OUT_DATA /remoteDesktopGateway/ with NTLM");
    }

    @Test
    void aSourceIsFollowedUntilItIsEnded() throws Exception {
        debug("source", "127.0.0.0/8");
        connect(Transport.WEBSOCKET, "bob", TestGateway.PASSWORD);
        assertThat(lines().toString()).contains("detail=\"accepted: bob by ntlm\"");
        assertThat(admin.get(VIEWER, "/v1/debug").json().at("/debug/0/source").asString())
                .isEqualTo("127.0.0.0/8");

        admin.post(OPERATOR, "/v1/debug/end", "");
        Await.until("the end of the tunnel", () -> admin.gateway().census().getFirst() == 0);
        log.list.clear();
        connect(Transport.WEBSOCKET, "bob", TestGateway.PASSWORD);
        assertThat(lines()).isEmpty();
    }

    @Test
    void oneThingIsFollowedForAnHourAtMost() throws Exception {
        for (String body : List.of(
                "{\"user\":\"alice\",\"source\":\"192.0.2.1\",\"duration\":\"10m\"}",
                "{\"duration\":\"10m\"}",
                "{\"user\":\"*\",\"duration\":\"10m\"}",
                "{\"source\":\"nowhere\",\"duration\":\"10m\"}",
                "{\"user\":\"alice\",\"duration\":\"61m\"}")) {
            assertThat(admin.post(OPERATOR, "/v1/debug", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(admin.post(VIEWER, "/v1/debug", "{\"user\":\"alice\",\"duration\":\"1m\"}")
                        .status())
                .isEqualTo(403);
    }
}
