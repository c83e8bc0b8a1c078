package io.gatehouse.dist.installed;

import static io.gatehouse.dist.installed.InstalledGateway.ALLOW;
import static io.gatehouse.dist.installed.InstalledGateway.DENY;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Access rules with FreeRDP as the client and xrdp as the target. */
class RulesIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
    }

    @Test
    void aRuleThatDeniesKeepsOneUserOutAndLetsAnotherIn() {
        try (InstalledGateway gateway = InstalledGateway.start(folder, DENY + ALLOW);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient alice = gateway.client(desktop, "alice").start(folder)) {
                assertThat(alice.awaitExit(SOON)).isPresent();
                assertThat(alice.output()).contains("E_PROXY_RAP_ACCESSDENIED");
            }
            assertThat(gateway.awaitAudit(line -> line.contains("resource.denied")))
                    .contains("rule \\\"not alice\\\" denies 127.0.0.1:" + desktop.port());
            try (FreeRdpClient bob = gateway.client(desktop, "bob").start(folder)) {
                bob.awaitColour(ORANGE, 0.8, SOON);
            }
        }
    }

    /** The real clock: it takes a minute and a half at most. */
    @Test
    void theEndOfTheHoursEndsTheSession() {
        LocalTime now = LocalTime.now(ZoneOffset.UTC);
        LocalTime end = now.plusSeconds(90).truncatedTo(ChronoUnit.MINUTES);
        DateTimeFormatter form = DateTimeFormatter.ofPattern("HH:mm");
        String hours = """
                hours = ["%s-%s"]
                time-zone = "UTC"
                """.formatted(form.format(end.minusMinutes(30)), form.format(end));
        try (InstalledGateway gateway = InstalledGateway.start(folder, ALLOW + hours);
                XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient client = gateway.client(desktop, "alice").start(folder)) {
                client.awaitColour(ORANGE, 0.8, Duration.ofSeconds(25));
                assertThat(client.isAlive()).isTrue();
                assertThat(client.awaitExit(Duration.ofSeconds(95))).isPresent();
            }
            assertThat(gateway.awaitAudit(line -> line.contains("rdgw.closed_by")))
                    .contains("\"rdgw.closed_by\":\"policy\"", "the hours of a rule changed: ");
        }
    }
}
