package io.gatehouse.jetty;

import static io.gatehouse.jetty.PortalDesktop.ORANGE;
import static io.gatehouse.jetty.PortalDesktop.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Debian's xfreerdp opens a file for a device that Chromium got at the portal, in front of a real desktop: at once
 * while its user is signed in, and after an approval otherwise.
 */
@Tag("desktop")
@Timeout(120)
class DeviceTicketDesktopTest {
    private static PortalDesktop stage;
    private static TestGateway gateway;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        stage = PortalDesktop.start(
                port -> TestGateway.start(PortalDesktop.TABLES + """
                [portal.device-tickets]
                [approval]
                client-wait = "1m"
                [[desktop]]
                name = "pc"
                title = "My computer"
                host = "127.0.0.1"
                port = %d
                """.formatted(port) + TestGateway.RULE));
        gateway = stage.gateway();
        browser = stage.browser();
    }

    @AfterAll
    static void stop() throws Exception {
        if (stage != null) {
            stage.close();
        }
    }

    /** A file as the user gets it; the gateway of the test has a port that its file cannot know. */
    private static Path file(String device) throws IOException {
        stage.signIn("alice", "/desktops/pc");
        browser.type("#device", device);
        assertThat(browser.violations()).isEmpty();
        browser.click("section[aria-labelledby='device-file'] button");
        String content = Files.readString(browser.awaitDownload(), StandardCharsets.US_ASCII);
        assertThat(content).contains("gatewayaccesstoken:s:ghticket_").contains("signature:s:");
        return stage.folder()
                .write(
                        device + ".rdp",
                        content.replaceAll(
                                "gatewayhostname:s:[^\r\n]*",
                                "gatewayhostname:s:localhost:" + gateway.tls().getPort()));
    }

    @Test
    void whileItsUserIsSignedInTheFileOpensTheDesktopUntilItIsRevoked() throws Exception {
        Path file = file("laptop");
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(stage.folder())) {
            client.awaitColour(ORANGE, 0.8, SOON);
            assertThat(client.output()).doesNotContain("needs an approval");
            browser.open(stage.at("/devices"));
            assertThat(browser.text())
                    .contains("laptop")
                    .contains("My computer")
                    .contains("from 127.0.0.1");
            assertThat(browser.violations()).isEmpty();
            browser.click("main table button.danger");
            browser.element(".done");
            assertThat(client.awaitExit(SOON)).isPresent();
        }
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(stage.folder())) {
            assertThat(client.awaitExit(SOON)).isPresent();
        }
        gateway.awaitAudit("sign-in.refused", "device-ticket", "was revoked");
        signOut();
    }

    private static void signOut() {
        browser.open(stage.at("/sessions"));
        browser.click("form.user button");
        browser.element(".narrow");
    }

    @Test
    void withoutASessionItWaitsUntilItsUserApprovesTheConnection() throws Exception {
        Path file = file("tablet");
        signOut();
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(stage.folder())) {
            String number = PortalDesktop.number(client);
            stage.signIn("alice", "/approve");
            browser.element("article button[value='" + number + "']");
            assertThat(browser.text()).contains("tablet", "revoke the file");
            assertThat(browser.violations()).isEmpty();
            browser.click("article button[value='" + number + "']");
            client.awaitColour(ORANGE, 0.8, SOON);
        }
        signOut();
    }
}
