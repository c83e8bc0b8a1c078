package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's xfreerdp at Debian's xrdp, while an administrator looks at its session, speaks to its user and ends it. */
@Tag("desktop")
@Timeout(180)
class SessionsIT {
    /** In which a client that a message had confused would have ended. */
    private static final Duration A_MOMENT = Duration.ofSeconds(3);

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Pattern ID = Pattern.compile("(?m)^([0-9a-f-]{36}) ");
    private static final String TABLES = """
            [admin]
            socket = "admin.sock"
            blocks = "blocked-users"
            [[policy.rule]]
            name = "staff to loopback"
            groups = ["staff"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
    }

    private static String onlySession(InstalledGateway gateway) {
        Matcher ids = ID.matcher(gateway.command("sessions", "list"));
        assertThat(ids.find()).isTrue();
        String id = ids.group(1);
        assertThat(ids.find()).isFalse();
        return id;
    }

    @ParameterizedTest
    @EnumSource(FreeRdpClient.Transport.class)
    void aSessionIsSeenGetsAMessageAndIsEndedWithItsToken(FreeRdpClient.Transport transport) throws Exception {
        try (InstalledGateway gateway = InstalledGateway.start(folder, TABLES);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            Path file = folder.fresh("desktop.rdp");
            gateway.makeRdpFile("LAB\\carol", "staff", desktop.port(), file);
            try (FreeRdpClient client =
                    FreeRdpClient.opening(file).transport(transport).start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                String id = onlySession(gateway);
                assertThat(gateway.command("sessions", "show", id))
                        .contains("LAB\\carol", "paa", "staff to loopback", "127.0.0.1", "messaging-service-msg");

                assertThat(gateway.command("sessions", "message", "--all", "Back at noon"))
                        .startsWith("sent to 1 sessions");
                assertThat(client.awaitExit(A_MOMENT)).as(client.output()).isEmpty();

                gateway.command("sessions", "end", id, "--reason", "lost laptop");
                assertThat(client.awaitExit(SOON)).isPresent();
                // To a file it is written when the client ends.
                assertThat(client.output()).contains("Service message:", "Back at noon", "0x000004D4");
            }
            assertThat(gateway.awaitAudit(line -> line.contains("session.terminated")))
                    .contains("lost laptop", "\"rdgw.closed_by\":\"administrator\"");
            try (FreeRdpClient again =
                    FreeRdpClient.opening(file).transport(transport).start(folder)) {
                assertThat(again.awaitExit(SOON)).isPresent();
                assertThat(again.output()).contains("E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED");
            }
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.refused\"")))
                    .contains("revoked");
        }
    }

    @Test
    void aBlockedUserCannotComeBackUntilTheBlockIsEnded() {
        try (InstalledGateway gateway = InstalledGateway.start(folder, TABLES);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient client = gateway.client(desktop, "alice").start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                assertThat(gateway.command("user", "block", "alice", "--for", "1h"))
                        .contains("ended 1 tunnels");
                assertThat(client.awaitExit(SOON)).isPresent();
            }
            try (FreeRdpClient refused = gateway.client(desktop, "alice").start(folder)) {
                assertThat(refused.awaitExit(SOON)).isPresent();
                assertThat(refused.output()).contains("ERRCONNECT_ACCESS_DENIED");
            }
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.refused\"")))
                    .contains("\"rdgw.auth.failure\":\"locked\"", "blocked until");
            gateway.command("user", "unblock", "alice");
            try (FreeRdpClient client = gateway.client(desktop, "alice").start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
            }
        }
    }

    @Test
    void aCommandThatCannotReachAGatewaySaysWhy() {
        InstalledGateway gateway = InstalledGateway.start(folder, TABLES);
        assertThat(gateway.command("status")).contains("ready", "true");
        gateway.close();
        assertThatThrownBy(() -> gateway.command("status")).hasMessageContaining("no gateway runs");
    }
}
