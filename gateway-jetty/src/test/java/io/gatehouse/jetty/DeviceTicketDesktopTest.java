package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final String HOST = "gw.example.com";
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Pattern NUMBER = Pattern.compile("choose the number (\\d\\d)");

    private static TestFolder shared;
    private static XrdpDesktop desktop;
    private static TestGateway gateway;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        RequiredTools.assumeDesktop();
        Chromium.assume();
        shared = new TestFolder();
        desktop = XrdpDesktop.start(shared);
        desktop.paint(ORANGE);
        gateway = TestGateway.start("""
                [auth.paa]
                [portal]
                url = "https://%s"
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                [portal.device-tickets]
                [approval]
                client-wait = "1m"
                [[desktop]]
                name = "pc"
                title = "My computer"
                host = "127.0.0.1"
                port = %d
                """.formatted(HOST, desktop.port()) + TestGateway.RULE);
        Path certificates = shared.freshFolder("certificates");
        TestCertificate.shared().writeTo(certificates);
        browser = Chromium.with()
                .trusting(certificates.resolve("gateway.pem"))
                .argument("--host-resolver-rules=MAP " + HOST + " 127.0.0.1")
                .start(shared);
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (desktop != null) {
            desktop.close();
            shared.close();
        }
    }

    private static String at(String path) {
        return "https://" + HOST + ":" + gateway.tls().getPort() + path;
    }

    private static void signIn(String path) {
        browser.open(at(path));
        browser.type("#user", "alice");
        browser.type("#password", TestGateway.PASSWORD);
        browser.click("main form button");
    }

    /** A file as the user gets it; the gateway of the test has a port that its file cannot know. */
    private static Path file(String device) throws IOException {
        signIn("/desktops/pc");
        browser.type("#device", device);
        assertThat(browser.violations()).isEmpty();
        browser.click("section[aria-labelledby='device-file'] button");
        String content = Files.readString(browser.awaitDownload(), StandardCharsets.US_ASCII);
        assertThat(content).contains("gatewayaccesstoken:s:ghticket_").contains("signature:s:");
        return shared.write(
                device + ".rdp",
                content.replaceAll(
                        "gatewayhostname:s:[^\r\n]*",
                        "gatewayhostname:s:localhost:" + gateway.tls().getPort()));
    }

    @Test
    void whileItsUserIsSignedInTheFileOpensTheDesktopUntilItIsRevoked() throws Exception {
        Path file = file("laptop");
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(shared)) {
            client.awaitColour(ORANGE, 0.8, SOON);
            assertThat(client.output()).doesNotContain("needs an approval");
            browser.open(at("/devices"));
            assertThat(browser.text())
                    .contains("laptop")
                    .contains("My computer")
                    .contains("from 127.0.0.1");
            assertThat(browser.violations()).isEmpty();
            browser.click("main table button.danger");
            browser.element(".done");
            assertThat(client.awaitExit(SOON)).isPresent();
        }
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(shared)) {
            assertThat(client.awaitExit(SOON)).isPresent();
        }
        gateway.awaitAudit("sign-in.refused", "device-ticket", "was revoked");
        signOut();
    }

    private static void signOut() {
        browser.open(at("/sessions"));
        browser.click("form.user button");
        browser.element(".narrow");
    }

    @Test
    void withoutASessionItWaitsUntilItsUserApprovesTheConnection() throws Exception {
        Path file = file("tablet");
        signOut();
        try (FreeRdpClient client = FreeRdpClient.opening(file).agreeing().start(shared)) {
            String[] number = {""};
            Await.within(SOON, "the number on the terminal of the client", () -> {
                Matcher shown = NUMBER.matcher(client.output());
                number[0] = shown.find() ? shown.group(1) : "";
                return !number[0].isEmpty();
            });
            signIn("/approve");
            browser.element("article button[value='" + number[0] + "']");
            assertThat(browser.text()).contains("tablet", "revoke the file");
            assertThat(browser.violations()).isEmpty();
            browser.click("article button[value='" + number[0] + "']");
            client.awaitColour(ORANGE, 0.8, SOON);
        }
        signOut();
    }
}
