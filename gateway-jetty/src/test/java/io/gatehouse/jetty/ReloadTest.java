package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configuration of a running gateway changes while users are connected. */
@Timeout(240)
class ReloadTest {
    private static final int TUNNELS = 200;
    private static final int RELOADS = 100;
    private static final String LIMITS = """
            [limits]
            connections-before-login-per-source = 1000
            tunnels-per-user = 1000
            """;
    private static final String NOT_ALICE = """
            [[policy.rule]]
            name = "not alice"
            action = "deny"
            users = ["alice"]
            targets = ["*", "127.0.0.1"]
            ports = ["*"]
            """;

    private static void echo(GatewayClient client, int number) throws IOException {
        Data data = new Data(ByteBuffer.wrap(new byte[] {(byte) number}));
        client.send(data);
        TsguPacket answer = client.receive();
        while (answer instanceof KeepAlive) {
            answer = client.receive();
        }
        assertThat(answer).isEqualTo(data);
    }

    private static List<GatewayClient> open(TestGateway gateway, EchoTarget target) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
            List<Future<GatewayClient>> opening = new ArrayList<>();
            for (int i = 0; i < TUNNELS; i++) {
                Transport transport = i % 4 == 0 ? Transport.DUAL_CHANNEL : Transport.WEBSOCKET;
                opening.add(executor.submit(() -> {
                    GatewayClient client = gateway.client(transport);
                    client.open("pc", List.of(target.host()), target.port());
                    return client;
                }));
            }
            List<GatewayClient> clients = new ArrayList<>();
            for (Future<GatewayClient> client : opening) {
                clients.add(client.get());
            }
            return clients;
        }
    }

    /** Good, bad, one that needs a restart, and good with other rules. */
    private static void reload(TestGateway gateway, int number) throws IOException {
        String renamed = TestGateway.RULE.replace("staff to this machine", "rule of reload " + number);
        switch (number % 4) {
            case 0 ->
                assertThat(gateway.reload(renamed + "idle-timeout = \"1h\"\n" + LIMITS))
                        .isInstanceOf(ReloadAnswer.Applied.class);
            case 1 ->
                assertThat(gateway.reload(renamed + "idle-timeout = \"soon\"\n" + NOT_ALICE + LIMITS))
                        .isInstanceOf(ReloadAnswer.Refused.class);
            case 2 ->
                assertThat(gateway.reload(NOT_ALICE + renamed + LIMITS + "connections = 777\n")
                                .text())
                        .contains("these keys need a restart: limits.connections");
            default ->
                assertThat(gateway.reload(renamed + "channels-per-user = 1000\n" + LIMITS + "channels = 900\n"))
                        .isInstanceOf(ReloadAnswer.Applied.class);
        }
    }

    @Test
    void aHundredReloadsDropNobodyAndOneThatTakesARightEndsWhatItAllowed() throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + LIMITS);
                EchoTarget target = new EchoTarget()) {
            List<GatewayClient> clients = open(gateway, target);
            try {
                for (int i = 0; i < RELOADS; i++) {
                    reload(gateway, i);
                    echo(clients.get(i), i);
                }
                for (GatewayClient client : clients) {
                    echo(client, 7);
                }
                assertThat(gateway.audit())
                        .as("no channel has ended")
                        .noneMatch(line -> line.contains("rdgw.closed_by"));
                assertThat(gateway.audit().stream().filter(line -> line.contains("\"configuration.reloaded\"")))
                        .hasSize(RELOADS / 2);
                assertThat(gateway.audit().stream().filter(line -> line.contains("\"configuration.refused\"")))
                        .hasSize(RELOADS / 2);

                assertThat(gateway.reload(NOT_ALICE + TestGateway.RULE + LIMITS))
                        .isInstanceOf(ReloadAnswer.Applied.class);

                for (GatewayClient client : clients) {
                    TsguPacket next = client.receive();
                    while (next instanceof KeepAlive) {
                        next = client.receive();
                    }
                    assertThat(next).isEqualTo(new CloseChannel(0x4D4));
                    client.send(new CloseChannelResponse(0));
                }
                gateway.awaitAudit("\"policy\"", "the rules changed: rule \\\"not alice\\\" denies");
            } finally {
                clients.forEach(GatewayClient::abort);
            }
            gateway.awaitEmpty();
        }
    }

    @Test
    void openChannelsGoOnWhereTheAdministratorWantsIt() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET);
                GatewayClient late = gateway.client(Transport.WEBSOCKET)) {
            client.open("pc", List.of(target.host()), target.port());
            String keeping = "[policy]\nend-on-reload = false\n" + NOT_ALICE + TestGateway.RULE;
            assertThat(gateway.reload(keeping)).isInstanceOf(ReloadAnswer.Applied.class);
            for (int i = 0; i < 20; i++) {
                echo(client, i);
            }
            late.connect();
            late.handshake();
            assertThat(late.createTunnel().statusCode())
                    .as("the new rules hold for new tunnels")
                    .isEqualTo(0x800759DB);
        }
    }

    @Test
    void theAuditLogHasTheDigestsOfTheFilesAndWhatWasWrong() throws Exception {
        try (TestGateway gateway = TestGateway.start()) {
            String before = digest(gateway);
            assertThat(gateway.reload("[[policy.rul]]\n").text())
                    .contains("the configuration before it stays in force", "policy.rul: unknown key");
            gateway.awaitAudit(
                    "\"configuration.refused\"",
                    "\"rdgw.configuration.by\":\"test\"",
                    "\"rdgw.configuration.before\":\"" + before + "\"",
                    "\"rdgw.configuration.after\":\"" + before + "\"",
                    "unknown key");
            assertThat(gateway.reload(TestGateway.RULE + "idle-timeout = \"2h\"\n")
                            .text())
                    .isEqualTo("changed: policy.rule[0].idle-timeout");
            gateway.awaitAudit(
                    "\"configuration.reloaded\"",
                    "\"rdgw.configuration.before\":\"" + before + "\"",
                    "\"rdgw.configuration.after\":\"" + digest(gateway) + "\"");
            assertThat(gateway.reload(TestGateway.RULE + "idle-timeout = \"2h\"\n")
                            .text())
                    .isEqualTo("nothing has changed");
        }
    }

    private static String digest(TestGateway gateway) throws Exception {
        byte[] file = java.nio.file.Files.readAllBytes(gateway.folder().resolve("gatehouse.toml"));
        assertThat(new String(file, StandardCharsets.UTF_8)).contains("[[listener]]");
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    }
}
