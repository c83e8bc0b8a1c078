package io.gatehouse.testkit.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The harness itself: Debian's client and Debian's desktop, directly. */
@Tag("desktop")
@Timeout(60)
class XrdpDesktopTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Color GREEN = new Color(0x00ff00);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
    }

    @Test
    void whatIsPaintedIsSeenAndWhatIsTypedComesBackUntilTheDesktopDropsTheClient() {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            desktop.paint(ORANGE);
            try (FreeRdpClient client =
                    FreeRdpClient.to("127.0.0.1", desktop.port()).start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                assertThat(desktop.connections()).isOne();

                client.typeColour(GREEN);
                client.awaitColour(GREEN, 0.8, SOON);
                assertThat(client.isAlive()).isTrue();

                desktop.killTargetConnections();
                assertThat(client.awaitExit(SOON)).isIn(OptionalInt.of(131), OptionalInt.of(147));
            }
        }
    }

    @Test
    void twoDesktopsDoNotShareAnything() {
        try (XrdpDesktop one = XrdpDesktop.start(folder);
                XrdpDesktop other = XrdpDesktop.start(folder)) {
            one.paint(ORANGE);
            other.paint(GREEN);
            assertThat(one.port()).isNotEqualTo(other.port());
            assertThat(one.display().name()).isNotEqualTo(other.display().name());
            one.display().awaitColour(ORANGE, 0.8, SOON);
            other.display().awaitColour(GREEN, 0.8, SOON);
        }
    }

    @Test
    void clientOfAClosedPortEndsAndSaysWhy() {
        int port;
        try (XrdpDesktop desktop = XrdpDesktop.start(folder)) {
            port = desktop.port();
        }
        try (FreeRdpClient client = FreeRdpClient.to("127.0.0.1", port).start(folder)) {
            assertThat(client.awaitExit(SOON)).isIn(OptionalInt.of(147), OptionalInt.of(141));
            assertThat(client.output()).containsPattern("ERRCONNECT_CONNECT_(TRANSPORT_)?FAILED");
        }
    }
}
