package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Debian's xfreerdp reaches Debian's xrdp through the installed gateway, and the audit log tells of it. What the client
 * shows when it is refused: {@link ClientErrorsIT}.
 */
@Tag("desktop")
@Timeout(120)
class DesktopIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Color GREEN = new Color(0x00ff00);
    private static final String STAFF_ON_LOOPBACK = """
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

    @ParameterizedTest
    @EnumSource(FreeRdpClient.Transport.class)
    void theDesktopIsSeenAndAnswersAndALostTargetEndsTheClient(FreeRdpClient.Transport transport) {
        try (InstalledGateway gateway = InstalledGateway.start(folder, STAFF_ON_LOOPBACK);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient client = FreeRdpClient.to("127.0.0.1", desktop.port())
                    .through("localhost", gateway.port())
                    .as("alice", InstalledGateway.PASSWORD)
                    .transport(transport)
                    .start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                client.typeColour(GREEN);
                client.awaitColour(GREEN, 0.8, SOON);
                assertThat(client.isAlive()).isTrue();

                desktop.killTargetConnections();

                assertThat(client.awaitExit(SOON)).isPresent();
            }
            String opened = gateway.awaitAudit(line -> line.contains("\"session.start\""));
            assertThat(opened)
                    .contains("\"user.name\":\"alice\"", "\"rdgw.policy.rule\":\"staff to loopback\"")
                    .contains("\"rdgw.transport\":\""
                            + (transport == FreeRdpClient.Transport.WEBSOCKET ? "websocket" : "dual-channel")
                            + "\"");
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.accepted\"")))
                    .contains("channel-binding", "message-integrity");
            assertThat(gateway.awaitAudit(line -> line.contains("\"session.end\"")))
                    .contains("\"rdgw.closed_by\":\"target\"");
            assertThat(gateway.log()).doesNotContain(InstalledGateway.PASSWORD);
        }
    }

    /**
     * The file is all that the client is given for the gateway; it comes back with it after the connection was lost.
     */
    @ParameterizedTest
    @EnumSource(FreeRdpClient.Transport.class)
    void aFileWithATokenOpensTheDesktopMoreThanOnce(FreeRdpClient.Transport transport) {
        try (InstalledGateway gateway = InstalledGateway.start(folder, STAFF_ON_LOOPBACK);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            Path file = folder.fresh("desktop.rdp");
            gateway.makeRdpFile("LAB\\carol", "staff", desktop.port(), file);
            for (int i = 0; i < 2; i++) {
                try (FreeRdpClient client =
                        FreeRdpClient.opening(file).transport(transport).start(folder)) {
                    client.awaitColour(ORANGE, 0.8, SOON);
                    desktop.killTargetConnections();
                    assertThat(client.awaitExit(SOON)).isPresent();
                }
            }
            assertThat(gateway.awaitAudit(line -> line.contains("\"session.start\"")))
                    .contains("\"user.name\":\"carol\"", "\"user.domain\":\"LAB\"", "\"rdgw.auth.method\":\"paa\"");
        }
    }

    @Test
    void aFileForAnotherTargetIsDenied() {
        try (InstalledGateway gateway = InstalledGateway.start(folder, STAFF_ON_LOOPBACK)) {
            Path file = folder.fresh("desktop.rdp");
            gateway.command(
                    "rdp",
                    "make",
                    "--user",
                    "carol",
                    "--group",
                    "staff",
                    "--gateway",
                    "localhost:" + gateway.port(),
                    "--target",
                    "127.0.0.1:4000",
                    "--set",
                    "full address:s:127.0.0.1:4001",
                    "--set",
                    "alternate full address:s:127.0.0.1:4001",
                    "--output",
                    file.toString());
            try (FreeRdpClient client = FreeRdpClient.opening(file).start(folder)) {
                assertThat(client.awaitExit(SOON)).isPresent();
                assertThat(client.output()).contains("E_PROXY_RAP_ACCESSDENIED");
            }
            assertThat(gateway.awaitAudit(line -> line.contains("E_PROXY_RAP_ACCESSDENIED")))
                    .contains("the token does not open 127.0.0.1:4001");
        }
    }
}
