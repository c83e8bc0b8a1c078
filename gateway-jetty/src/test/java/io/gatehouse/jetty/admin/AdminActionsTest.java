package io.gatehouse.jetty.admin;

import static io.gatehouse.core.admin.AdminRole.ADMIN;
import static io.gatehouse.core.admin.AdminRole.OPERATOR;
import static io.gatehouse.core.admin.AdminRole.VIEWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.HookedProvider;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient.Answer;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators do reaches all that it should, and the answer says so. */
@Timeout(60)
class AdminActionsTest {
    private static final String DOMAIN = """
            [auth.paa]
            [[domain]]
            name = "CORP"
            realm = "CORP.EXAMPLE.COM"
            """;

    @TempDir
    private Path folder;

    private EchoTarget target;

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
    }

    @AfterEach
    void stop() throws Exception {
        HookedProvider.afterSignIn = () -> {};
        target.close();
    }

    private Channel open(GatewayClient client) throws IOException {
        return client.open("laptop", List.of(target.host()), target.port());
    }

    /** A token of CORP\\asmith, whose user principal name is alice.smith@corp.example.com. */
    private String token(AdminClient admin, String id) {
        Identity asmith = new Identity(
                "oidc",
                "oidc",
                "asmith",
                Optional.of("CORP"),
                Optional.of("Alice.Smith@corp.example.com"),
                Set.of("staff"),
                Set.of(),
                Set.of());
        return admin.gateway().token(asmith, id, target.port(), Instant.now());
    }

    private static GatewayClient client(AdminClient admin, Transport transport, String token) {
        return new GatewayClient(admin.gateway()
                .options(transport)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build());
    }

    private static int matched(AdminClient admin, String query) throws Exception {
        return admin.get(VIEWER, "/v1/sessions" + query).json().get("matched").asInt();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice.smith@corp.example.com",
                "ALICE.SMITH@CORP",
                "CORP\\\\alice.smith",
                "corp.example.com\\\\ASmith",
                "asmith"
            })
    void aUserIsEndedAndBlockedByEveryNameThatSignsThemIn(String name) throws Exception {
        try (AdminClient admin = AdminClient.start(folder, DOMAIN + TestGateway.RULE)) {
            String token = token(admin, "first");
            try (GatewayClient client = client(admin, Transport.WEBSOCKET, token)) {
                Channel channel = open(client);
                Await.until("one session", () -> matched(admin, "") == 1);
                assertThat(matched(admin, "?user=" + name.replace("\\\\", "%5C")))
                        .isEqualTo(1);

                Answer answer =
                        admin.post(OPERATOR, "/v1/users/block", "{\"user\":\"" + name + "\",\"duration\":\"1h\"}");

                assertThat(answer.json().get("tunnels").asInt()).isEqualTo(1);
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            // A token that the end of the user did not know of: the block alone refuses it.
            Await.until("a token of a later second", () -> refusedAsBlocked(admin, token(admin, "later")));

            // Whatever name the block has: it has kept out a user whom this name means.
            Answer unblocked = admin.post(OPERATOR, "/v1/users/unblock", "{\"user\":\"CORP\\\\ASmith\"}");

            assertThat(unblocked.status()).isEqualTo(200);
            assertThat(unblocked.json().get("ended").size()).isEqualTo(1);
            assertThat(admin.get(VIEWER, "/v1/blocks").json().get("blocks")).isEmpty();
            assertThat(admin.post(OPERATOR, "/v1/users/unblock", "{\"user\":\"CORP\\\\ASmith\"}")
                            .status())
                    .isEqualTo(404);
        }
    }

    private boolean refusedAsBlocked(AdminClient admin, String token) throws Exception {
        try (GatewayClient client = client(admin, Transport.WEBSOCKET, token)) {
            assertThatThrownBy(() -> open(client)).isInstanceOf(IOException.class);
        }
        return admin.gateway().audit().stream()
                .anyMatch(line -> line.contains("sign-in.refused") && line.contains("blocked until"));
    }

    @Test
    void endingASessionSaysHowManyTunnelsOfItsTokenEnded() throws Exception {
        try (AdminClient admin = AdminClient.start(folder, DOMAIN + TestGateway.RULE)) {
            String token = token(admin, "one for three");
            try (GatewayClient one = client(admin, Transport.WEBSOCKET, token);
                    GatewayClient two = client(admin, Transport.DUAL_CHANNEL, token);
                    GatewayClient three = client(admin, Transport.WEBSOCKET, token);
                    GatewayClient other = client(admin, Transport.WEBSOCKET, token(admin, "another"))) {
                List<Channel> channels = List.of(open(one), open(two), open(three));
                Channel stays = open(other);
                Await.until("four sessions", () -> matched(admin, "") == 4);
                String id = admin.get(VIEWER, "/v1/sessions?transport=dual-channel")
                        .json()
                        .at("/sessions/0/id")
                        .asString();

                Answer answer = admin.post(OPERATOR, "/v1/sessions/" + id + "/end", "{\"reason\":\"lost laptop\"}");

                assertThat(answer.json().get("ended").asInt()).isEqualTo(3);
                for (Channel channel : channels) {
                    assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
                stays.send(ByteBuffer.allocate(1));
                stays.readFully(ByteBuffer.allocate(1));
                Await.until(
                        "three lines with the administrator's reason",
                        () -> admin.gateway().audit().stream()
                                        .filter(line -> line.contains("session.terminated")
                                                && line.contains("ended by operator: lost laptop"))
                                        .count()
                                == 3);
            }
        }
    }

    @Test
    void whatCouldNotBeWrittenToTheFileOfBlocksIsSaid() throws Exception {
        try (AdminClient admin = AdminClient.start(folder, TestGateway.RULE)) {
            String block = "{\"user\":\"alice\",\"duration\":\"1h\"}";
            assertThat(admin.post(OPERATOR, "/v1/users/block", block).json().has("keepError"))
                    .isFalse();
            Files.delete(folder.resolve("blocks"));
            Files.createDirectory(folder.resolve("blocks"));

            Answer blocked = admin.post(OPERATOR, "/v1/users/block", block);
            Answer unblocked = admin.post(OPERATOR, "/v1/users/unblock", "{\"user\":\"alice\"}");

            for (Answer answer : List.of(blocked, unblocked)) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().get("kept").asBoolean()).isFalse();
                assertThat(answer.json().get("keepError").asString()).contains("blocks cannot be written");
            }
            admin.gateway().awaitAudit("unblock-user", "not kept");
        }
    }

    /** The drain begins when the request has passed its check and before the tunnel is there. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRequestThatWasLetInBeforeADrainOpensNoTunnel(Transport transport) throws Exception {
        try (AdminClient admin = AdminClient.start(folder, TestGateway.RULE, TestGateway::hooked);
                GatewayClient late = new GatewayClient(admin.gateway()
                        .options(transport)
                        .credentials(Credentials.basic("alice", "any"))
                        .build())) {
            HookedProvider.afterSignIn = () -> drain(admin);

            assertThatThrownBy(() -> open(late)).isInstanceOf(IOException.class);

            assertThat(target.accepted()).isZero();
            Await.until("no tunnel", () -> admin.gateway().census().getFirst() == 0);
        }
    }

    private static void drain(AdminClient admin) {
        try {
            assertThat(admin.post(ADMIN, "/v1/drain", "").status()).isEqualTo(200);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
