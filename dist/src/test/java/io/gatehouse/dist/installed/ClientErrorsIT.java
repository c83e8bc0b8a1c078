package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What Debian's xfreerdp shows when it is refused: the table "What FreeRDP showed" of docs/error-codes.md, row by row.
 * Each row also has what the audit log or the log of the gateway says.
 */
@Tag("desktop")
@Timeout(240)
class ClientErrorsIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration TOKENS_LAST = Duration.ofSeconds(8);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| (?<case>[a-z][^|]*?) \\| (?<shown>[^|]*`[^|]*) \\| (?<exit>[0-9]+) \\| (?<told>[^|]*) \\|$");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern ID = Pattern.compile("(?m)^([0-9a-f-]{36}) ");
    private static final String SIGN_IN = """
            [auth]
            order = ["ntlm"]
            [auth.ntlm]
            accounts = "accounts"
            [auth.paa]
            lifetime = "8s"
            """;
    private static final String TABLES = """
            [admin]
            socket = "admin.sock"
            [limits]
            tunnels-per-user = 1
            [[policy.rule]]
            name = "idle"
            groups = ["idle"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            idle-timeout = "3s"
            [[policy.rule]]
            name = "staff"
            groups = ["staff"]
            targets = ["127.0.0.1", "*.invalid"]
            ports = ["1024-65535"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private record Row(List<String> shown, int exit, List<String> told) {}

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
        RequiredTools.assume("haproxy");
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    private static Map<String, Row> documented() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        String page = Files.readString(Path.of("..", "docs", "error-codes.md"));
        for (Matcher row = ROW.matcher(page); row.find(); ) {
            rows.put(
                    row.group("case"),
                    new Row(
                            quoted(row.group("shown")),
                            Integer.parseInt(row.group("exit")),
                            quoted(row.group("told"))));
        }
        return rows;
    }

    /** The gateway, a desktop, and all that is seen, which is compared with the page at the end. */
    private final class Stage implements AutoCloseable {
        private final InstalledGateway gateway = InstalledGateway.startWithAccounts(folder, SIGN_IN, TABLES);
        private final XrdpDesktop desktop = XrdpDesktop.start(folder);
        private final Map<String, String> shown = new LinkedHashMap<>();
        private final Map<String, Integer> exits = new LinkedHashMap<>();

        Stage() {
            desktop.paint(ORANGE);
        }

        FreeRdpClient.Builder alice(String host, int port) {
            return FreeRdpClient.to(host, port)
                    .through("localhost", gateway.port())
                    .as("alice", InstalledGateway.PASSWORD);
        }

        FreeRdpClient.Builder alice() {
            return alice("127.0.0.1", desktop.port());
        }

        void fails(String what, FreeRdpClient.Builder builder) {
            try (FreeRdpClient client = builder.start(folder)) {
                ended(what, client);
            }
        }

        void ended(String what, FreeRdpClient client) {
            OptionalInt exit = client.awaitExit(SOON);
            assertThat(exit).as(what + ": " + client.output()).isPresent();
            shown.put(what, client.output());
            exits.put(what, exit.getAsInt());
        }

        Path token(String group) {
            Path file = folder.fresh(group + ".rdp");
            gateway.makeRdpFile("carol", group, desktop.port(), file);
            return file;
        }

        @Override
        public void close() {
            gateway.close();
            desktop.close();
        }
    }

    @Test
    void theClientShowsWhatThePageSays() throws Exception {
        Map<String, Row> rows = documented();
        try (Stage stage = new Stage()) {
            Path expired = stage.token("staff");
            long end = System.nanoTime() + TOKENS_LAST.toNanos();
            refusals(stage);
            sessions(stage);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            stage.fails("expired token", FreeRdpClient.opening(expired));
            String log = stage.gateway.log() + Files.readString(stage.gateway.configurationFile("audit.jsonl"));
            assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(stage.shown.keySet());
            List<String> wrong = new ArrayList<>();
            rows.forEach((what, row) -> {
                String shown = stage.shown.getOrDefault(what, "");
                if (!row.shown().stream().allMatch(shown::contains)
                        || !row.told().stream().allMatch(log::contains)
                        || !Integer.valueOf(row.exit()).equals(stage.exits.get(what))) {
                    wrong.add(what + ": " + row + ", but it ended with " + stage.exits.get(what) + ":\n" + shown);
                }
            });
            assertThat(wrong).isEmpty();
        }
    }

    private void refusals(Stage stage) throws IOException {
        stage.fails(
                "wrong password",
                FreeRdpClient.to("127.0.0.1", 3389)
                        .through("localhost", stage.gateway.port())
                        .as("alice", "wrong"));
        stage.fails(
                "user without a rule",
                FreeRdpClient.to("127.0.0.1", 3389)
                        .through("localhost", stage.gateway.port())
                        .as("bob", InstalledGateway.PASSWORD));
        stage.fails("refused target", stage.alice("127.0.0.2", 3389));
        stage.fails("unknown target", stage.alice("nowhere.invalid", 3389));
        stage.fails("target down", stage.alice("127.0.0.1", InstalledGateway.freePort()));
        stage.fails("certificate unknown", stage.alice().with("/cert:deny"));
        stage.gateway.command("user", "block", "alice", "--for", "1h");
        stage.fails("blocked user", stage.alice());
        stage.gateway.command("user", "unblock", "alice");
        stage.gateway.command("drain");
        stage.fails("drained gateway", stage.alice());
        stage.gateway.command("undrain");
        int port = InstalledGateway.freePort();
        try (OwnProcess proxy = tlsProxy(port, stage.gateway.port())) {
            stage.fails(
                    "another certificate in between",
                    FreeRdpClient.to("127.0.0.1", stage.desktop.port())
                            .through("localhost", port)
                            .as("alice", InstalledGateway.PASSWORD));
            assertThat(proxy.isAlive()).isTrue();
        }
    }

    /** Ends TLS with a certificate of its own, as proxies of companies do, and an attacker would. */
    private OwnProcess tlsProxy(int port, int gateway) throws IOException {
        TestCertificates.Pair own = TestCertificates.authority(folder, "Proxy").issue("DNS:localhost");
        Path pem = folder.write("proxy.pem", Files.readString(own.certificate()) + Files.readString(own.key()));
        Path file = folder.write("haproxy.cfg", """
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                listen between
                  bind 127.0.0.1:%d ssl crt %s
                  server gateway 127.0.0.1:%d ssl verify none
                """.formatted(port, pem, gateway));
        return OwnProcess.startServer(folder, Map.of(), List.of("haproxy", "-db", "-f", file.toString()));
    }

    private void sessions(Stage stage) {
        try (FreeRdpClient client = FreeRdpClient.opening(stage.token("idle")).start(folder)) {
            client.awaitColour(ORANGE, 0.8, SOON);
            stage.ended("idle timeout", client);
        }
        try (FreeRdpClient client = stage.alice().start(folder)) {
            client.awaitColour(ORANGE, 0.8, SOON);
            stage.fails("too many connections", stage.alice());
            Matcher id = ID.matcher(stage.gateway.command("sessions", "list"));
            assertThat(id.find()).isTrue();
            stage.gateway.command("sessions", "end", id.group(1));
            stage.ended("session ended by an administrator", client);
        }
    }
}
