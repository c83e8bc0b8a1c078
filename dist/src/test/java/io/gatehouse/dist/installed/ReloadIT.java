package io.gatehouse.dist.installed;

import static io.gatehouse.dist.installed.InstalledGateway.ALLOW;
import static io.gatehouse.dist.installed.InstalledGateway.DENY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.EchoTarget;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Debian's xfreerdp at Debian's xrdp, while the configuration changes, and when the times of its rule are over. */
@Tag("desktop")
@Timeout(240)
class ReloadIT {
    private static final int TUNNELS = 200;
    private static final int RELOADS = 100;
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final String TABLES = """
            [admin]
            socket = "admin.sock"
            [limits]
            connections-before-login-per-source = 1000
            tunnels-per-user = 1000
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
    }

    private static void await(String what, BooleanSupplier condition) {
        assertThat(Wait.until(SOON, condition)).as(what).isTrue();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<GatewayClient> open(InstalledGateway gateway, EchoTarget target) throws Exception {
        ClientOptions options = ClientOptions.builder("localhost", gateway.port())
                .trust(new Trust.Pinned(
                        CertificateFile.read(gateway.certificate()).getFirst()))
                .transport(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("alice", InstalledGateway.PASSWORD))
                .readTimeout(Duration.ofSeconds(20))
                .build();
        List<GatewayClient> clients = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<GatewayClient>> opening = new ArrayList<>();
            for (int i = 0; i < TUNNELS; i++) {
                opening.add(executor.submit(() -> {
                    GatewayClient client = new GatewayClient(options);
                    client.open("pc", List.of(target.host()), target.port());
                    return client;
                }));
            }
            for (Future<GatewayClient> client : opening) {
                clients.add(client.get());
            }
        }
        return clients;
    }

    private static TsguPacket next(GatewayClient client) throws IOException {
        TsguPacket next = client.receive();
        while (next instanceof KeepAlive) {
            next = client.receive();
        }
        return next;
    }

    private static void echo(GatewayClient client, int number) throws IOException {
        Data data = new Data(ByteBuffer.wrap(new byte[] {(byte) number}));
        client.send(data);
        assertThat(next(client)).isEqualTo(data);
    }

    /** Good with another rule, bad, and good with a timeout. */
    private static String tables(String before, int number) {
        return switch (number % 3) {
            case 0 -> before.replace("name = \"all\"", "name = \"all " + number + "\"");
            case 1 -> before.replace("[[policy.rule]]", DENY + "[[policy.rul]]");
            default -> before + "idle-timeout = \"1h\"\n";
        };
    }

    @Test
    void aHundredReloadsDropNobodyAndTheOneThatTakesTheRightEndsAll() throws Exception {
        try (InstalledGateway gateway = InstalledGateway.start(folder, TABLES + ALLOW);
                XrdpDesktop desktop = XrdpDesktop.start(folder);
                EchoTarget target = new EchoTarget()) {
            desktop.paint(ORANGE);
            List<GatewayClient> clients = open(gateway, target);
            try (FreeRdpClient client = gateway.client(desktop, "alice").start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                Path file = gateway.configurationFile("gatehouse.toml");
                String before = Files.readString(file);
                for (int i = 0; i < RELOADS; i++) {
                    Files.writeString(file, tables(before, i));
                    gateway.hangUp();
                    int done = i + 1;
                    await(
                            "reload " + done,
                            () -> gateway.audit(line -> line.contains("\"configuration.re"))
                                            .size()
                                    == done);
                    echo(clients.get(i), i);
                }
                assertThat(gateway.audit(line -> line.contains("\"configuration.refused\"")))
                        .hasSize(RELOADS / 3);
                for (GatewayClient each : clients) {
                    echo(each, 7);
                }
                desktop.paint(Color.BLUE);
                client.awaitColour(Color.BLUE, 0.8, SOON);
                assertThat(gateway.audit(line -> line.contains("rdgw.closed_by")))
                        .as("channels that ended")
                        .isEmpty();

                Files.writeString(file, before.replace("name = \"all\"", "name = \"all\"\nusrs = [\"bob\"]"));
                assertThatThrownBy(() -> gateway.command("reload"))
                        .as("as gatehouse check")
                        .hasMessageContaining("usrs: unknown key");
                Files.writeString(file, before.replace("socket = \"admin.sock\"", "socket = \"other.sock\""));
                assertThat(gateway.command("reload", "--pid", String.valueOf(gateway.pid())))
                        .contains("(SIGHUP); its log says whether it is in force");
                gateway.awaitAudit(line -> line.contains("these keys need a restart: admin.socket"));
                Files.writeString(file, before + "session-timeout = \"2h\"\n[tunnel]\nkeepalive = \"40s\"\n");
                assertThatThrownBy(() -> gateway.command("reload"))
                        .hasMessageContaining("the gateway refused the file")
                        .hasMessageContaining("these keys need a restart: tunnel.keepalive");

                Files.writeString(file, before.replace("[[policy.rule]]", DENY + "[[policy.rule]]"));
                assertThat(gateway.command("reload")).contains("the file is in force; changed: policy.rule");

                // What xfreerdp says of ERROR_CONNECTION_ABORTED: the connection failed.
                assertThat(client.awaitExit(SOON)).hasValue(EXIT_OF_A_LOST_CONNECTION);
                assertThat(client.output()).contains("0x000004D4");
                for (GatewayClient each : clients) {
                    assertThat(next(each)).isEqualTo(new CloseChannel(0x4D4));
                }
            } finally {
                clients.forEach(GatewayClient::abort);
            }
            assertThat(gateway.audit(line -> line.contains("rdgw.closed_by")))
                    .hasSize(TUNNELS + 1)
                    .allMatch(line -> line.contains("\"rdgw.closed_by\":\"policy\"")
                            && line.contains("the rules changed: rule \\\"not alice\\\" denies"));
        }
    }

    private static final int EXIT_OF_A_LOST_CONNECTION = 131;

    @Test
    void clientsThatDoNotCareAreDisconnectedWhenTheirTimeIsOver() {
        String rules = ALLOW + "users = [\"alice\"]\nidle-timeout = \"10s\"\n" + ALLOW.replace("\"all\"", "\"others\"")
                + "session-timeout = \"10s\"\n";
        try (InstalledGateway gateway = InstalledGateway.start(folder, rules);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient alice = gateway.client(desktop, "alice").start(folder);
                    FreeRdpClient bob = gateway.client(desktop, "bob").start(folder)) {
                alice.awaitColour(ORANGE, 0.8, SOON);
                bob.awaitColour(ORANGE, 0.8, SOON);
                assertThat(alice.awaitExit(SOON)).hasValue(EXIT_OF_A_LOST_CONNECTION);
                assertThat(bob.awaitExit(SOON)).hasValue(EXIT_OF_A_LOST_CONNECTION);
            }
            assertEnded(gateway, "alice", "idle-timeout");
            assertEnded(gateway, "bob", "session-timeout");
        }
    }

    private static void assertEnded(InstalledGateway gateway, String user, String closedBy) {
        assertThat(gateway.awaitAudit(line -> line.contains("rdgw.closed_by") && line.contains(user)))
                .contains("\"rdgw.closed_by\":\"" + closedBy + "\"");
    }

    @Test
    void aSessionThatIsReauthorisedGoesOnUntilTheAccountIsSwitchedOff() {
        String renewing = "session-timeout = \"3s\"\nat-session-timeout = \"reauthorise\"\n";
        try (InstalledGateway gateway = InstalledGateway.start(folder, ALLOW + renewing);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient client = gateway.client(desktop, "alice").start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                assertThat(client.awaitExit(Duration.ofSeconds(7)))
                        .as(client.output())
                        .isEmpty();
                gateway.command("user", "remove", "alice");
                assertThat(client.awaitExit(SOON)).hasValue(EXIT_OF_A_LOST_CONNECTION);
            }
            assertThat(gateway.awaitAudit(line -> line.contains("rdgw.closed_by")))
                    .contains("the account is gone");
            assertThat(gateway.audit(line -> line.contains("\"session.renewed\"")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("\"rdgw.policy.rule\":\"all\""));
        }
    }

    @Test
    void aSignalDuringTheStartIsRememberedAndDoesNotEndTheGateway() throws Exception {
        Path home;
        try (InstalledGateway gateway = InstalledGateway.start(folder, ALLOW)) {
            home = gateway.configurationFile("gatehouse.toml").resolve("../..").normalize();
        }
        Files.delete(home.resolve("conf/tls/certificate.pem"));
        Files.delete(home.resolve("conf/tls/key.pem"));
        Path log = folder.fresh("early.log");
        ProcessBuilder run = new ProcessBuilder(
                home.resolve("bin/gatehouse").toString(),
                "run",
                "--config",
                home.resolve("conf/gatehouse.toml").toString());
        run.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process =
                run.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            await("the gateway has read its file", () -> text(log).contains("made a self-signed certificate"));
            assertThat(text(log)).doesNotContain("gateway started");
            assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            await("a reload after the start", () -> text(log).contains("configuration reloaded"));
            assertThat(text(log))
                    .containsSubsequence("gateway started", "configuration reloaded")
                    .contains("nothing has changed");
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroy();
            process.waitFor();
        }
    }
}
