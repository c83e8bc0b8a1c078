package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code gatehouse grant} against a running gateway, and what Debian's xfreerdp gets at Debian's xrdp by it. */
@Tag("desktop")
@Timeout(180)
class GrantCommandsIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Pattern GRANTED =
            Pattern.compile("granted server7 to bob \\(an account without domain\\) for 30m: grant ([0-9a-f]{10})");
    private static final String TABLES = """
            [admin]
            socket = "admin.sock"
            [portal]
            url = "https://desktops.example.com"
            [portal.grants]
            desktops = ["server7"]
            approver-groups = ["staff"]
            session-timeout = "2h"
            [[desktop]]
            name = "server7"
            host = "127.0.0.1"
            port = %d
            [[desktop]]
            name = "vault"
            host = "127.0.0.1"
            [[policy.rule]]
            name = "elsewhere"
            targets = ["192.0.2.1"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
    }

    private void assertRefused(InstalledGateway gateway, XrdpDesktop desktop) {
        try (FreeRdpClient refused = gateway.client(desktop, "bob").start(folder)) {
            assertThat(refused.awaitExit(SOON)).as(refused.output()).isPresent();
        }
    }

    @Test
    void aGrantIsAddedListedExplainedUsedAndRevoked() throws Exception {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                InstalledGateway gateway = InstalledGateway.start(folder, TABLES.formatted(desktop.port()))) {
            desktop.paint(ORANGE);
            String target = "127.0.0.1:" + desktop.port();
            assertRefused(gateway, desktop);

            Matcher granted = GRANTED.matcher(
                    gateway.command("grant", "add", "bob", "server7", "--for", "30m", "--reason", "ticket 4711"));
            assertThat(granted.find()).isTrue();
            String id = granted.group(1);
            assertThat(gateway.command("grant", "list"))
                    .containsPattern("(?m)^" + id + " +bob +server7 +\\S+Z +\\S.* ticket 4711 *$");
            assertThat(gateway.command("grant", "list", "--json")).contains("\"id\":\"" + id + "\"");
            assertThat(gateway.command("explain", "--user", "bob", "--target", target, "--method", "ntlm"))
                    .contains("allow \"grant " + id + "\": yes", "session timeout 2h");

            try (FreeRdpClient client = gateway.client(desktop, "bob").start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                assertThat(gateway.command("sessions", "list", "--rule", "grant " + id))
                        .contains("bob", target, "grant " + id, "1 of 1 sessions");
                assertThat(gateway.command("grant", "revoke", id)).startsWith("revoked grant " + id);
                assertThat(client.awaitExit(SOON)).isPresent();
            }
            assertThat(gateway.awaitAudit(line -> line.contains("\"grant.revoked\"")))
                    .contains(id, "ticket 4711");
            assertThat(gateway.command("grant", "list")).doesNotContain(id);
            assertRefused(gateway, desktop);
        }
    }

    @Test
    void whatCannotBeGrantedSaysWhy() {
        try (InstalledGateway gateway = InstalledGateway.start(folder, TABLES.formatted(3390))) {
            assertThatThrownBy(() -> gateway.command("grant", "add", "bob", "vault", "--reason", "why"))
                    .hasMessageContaining("desktops of [portal.grants] does not name the desktop");
            assertThatThrownBy(() -> gateway.command("grant", "add", "bob", "server7", "--for", "9h", "--reason", "x"))
                    .hasMessageContaining("at most 480 minutes (longest)");
            assertThatThrownBy(() -> gateway.command("grant", "add", "bob", "server7"))
                    .hasMessageContaining("--reason");
            assertThatThrownBy(() -> gateway.command("grant", "revoke", "0123456789"))
                    .hasMessageContaining("there is no grant 0123456789");
            assertThatThrownBy(() -> gateway.command("grant", "revoke", "../users"))
                    .hasMessageContaining("is no id of a grant");
        }
    }
}
