package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * The portal in a real browser: for everybody, at every width, with a keyboard alone, and without scripts. The first
 * test also makes the {@linkplain BrowsedPortal pictures of the documentation}.
 */
@Timeout(180)
class PortalPagesTest {
    private static final int MANY = 300;
    private static final String DESKTOPS = """
            [[desktop]]
            name = "own"
            title = "My own PC"
            host = "{user}.pc.example.com"
            [[desktop]]
            name = "win11"
            title = "Windows 11"
            host = "win11.lab.example.com"
            group = "Lab"
            [[desktop]]
            name = "ubuntu"
            title = "Ubuntu workstation"
            host = "127.0.0.1"
            port = PORT
            icon = "linux"
            group = "Lab"
            [[desktop]]
            name = "build"
            title = "Build server"
            host = "build.lab.example.com"
            icon = "linux"
            group = "Lab"
            [[desktop]]
            name = "erp"
            title = "Accounting"
            host = "erp.corp.example.com"
            icon = "app"
            group = "Applications"
            [[desktop]]
            name = "cad"
            title = "CAD"
            host = "cad.corp.example.com"
            icon = "app"
            group = "Applications"
            [[desktop]]
            name = "files"
            title = "File server with a rather long name"
            host = "a-rather-long-host-name-for-a-file-server.corp.example.com"
            icon = "server"
            group = "Servers"
            """;
    private static final String STAFF = """
            [[policy.rule]]
            name = "staff to the example"
            groups = ["staff"]
            targets = ["*.example.com"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private EchoTarget target;
    private TestGateway gateway;
    private final BrowsedPortal portal = new BrowsedPortal(folder, () -> gateway, "portal");

    @BeforeAll
    static void assume() {
        Chromium.assume();
    }

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        gateway = gateway(DESKTOPS.replace("PORT", String.valueOf(target.port())));
    }

    private TestGateway gateway(String desktops) throws Exception {
        return TestGateway.withSites(BrowsedPortal.TABLES + """
                banner = "Maintenance on Sunday from 8 to 10."
                [portal.device-tickets]
                """ + desktops + STAFF + TestGateway.RULE);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private void signIn(Chromium browser) {
        portal.signIn(browser, "/", "/desktops");
    }

    private static String token(Path file) throws IOException {
        return switch (RdpFile.parse(Files.readAllBytes(file))) {
            case Parsed.Valid<RdpFile>(RdpFile parsed) ->
                parsed.find("gatewayaccesstoken").orElseThrow().value();
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    private GatewayClient client(Path file) throws IOException {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token(file))))
                .build());
    }

    @ParameterizedTest
    @CsvSource({"false,1280,800,en", "true,1280,800,de", "false,390,844,de", "true,390,844,en"})
    void everyPageIsForEverybody(boolean dark, int width, int height, String language) throws Exception {
        String kind = (dark ? "dark" : "light") + "-" + (width < 600 ? "phone" : "desktop");
        ChromiumOptions options = Chromium.with().size(width, height).languages(language);
        try (Chromium browser = portal.start(dark ? options.dark() : options)) {
            browser.open(portal.at("/"));
            portal.judge(browser, "signin", kind);
            browser.type("#user", "alice");
            browser.type("#password", "wrong");
            browser.click("form button");
            browser.element("[role=alert]");
            portal.judge(browser, "wrong", kind);

            signIn(browser);
            browser.click("a[href='/connect/ubuntu.rdp']");
            Path file = browser.awaitDownload();
            browser.click("button[value=own]");
            browser.awaitAddress(portal.at("/desktops"));
            browser.open(portal.at("/desktops"));
            portal.judge(browser, "desktops", kind);
            browser.open(portal.at("/desktops?q=nothing+at+all"));
            portal.judge(browser, "search", kind);
            browser.open(portal.at("/desktops/ubuntu"));
            portal.judge(browser, "options", kind);
            browser.type("#device", "Work laptop");
            browser.click("section[aria-labelledby='device-file'] button");
            assertThat(browser.awaitDownload()).hasFileName("ubuntu-device.rdp");
            browser.open(portal.at("/devices"));
            assertThat(browser.text()).contains("Work laptop", "Ubuntu workstation");
            portal.judge(browser, "devices", kind);
            browser.click("button[name=ticket]");
            browser.element(".done");
            portal.judge(browser, "no-devices", kind);

            browser.open(portal.at("/sessions"));
            portal.judge(browser, "nothing-open", kind);
            try (GatewayClient client = client(file)) {
                Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
                channel.send(ByteBuffer.wrap(new byte[40_000]));
                channel.readFully(ByteBuffer.allocate(40_000));
                browser.open(portal.at("/sessions"));
                assertThat(browser.text()).contains("Ubuntu workstation");
                portal.judge(browser, "sessions", kind);
                browser.click("button[name=tunnel]");
                Await.until("the tunnel's end", () -> !echoes(channel));
            }

            browser.open(portal.at("/help"));
            browser.find("details:not([open]) > summary").forEach(WebElement::click);
            portal.judge(browser, "help", kind);
            browser.open(portal.at("/desktops/unknown"));
            portal.judge(browser, "unknown", kind);
            browser.click("form.user button");
            browser.element(".narrow");
            portal.judge(browser, "signedout", kind);
        }
    }

    private static boolean echoes(Channel channel) {
        try {
            channel.send(ByteBuffer.wrap(new byte[1]));
            channel.readFully(ByteBuffer.allocate(1));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aKeyboardIsEnough() throws Exception {
        try (Chromium browser = portal.start(Chromium.with())) {
            browser.open(portal.at("/"));
            assertThat(BrowsedPortal.press(browser, Keys.TAB).getDomAttribute("class"))
                    .isEqualTo("skip");
            BrowsedPortal.tabTo(browser, "id", "user").sendKeys("alice");
            BrowsedPortal.tabTo(browser, "id", "password").sendKeys(TestGateway.PASSWORD);
            BrowsedPortal.press(browser, Keys.ENTER);
            browser.awaitAddress(portal.at("/desktops"));
            BrowsedPortal.tabTo(browser, "id", "search").sendKeys("ubun");
            BrowsedPortal.tabTo(browser, "value", "ubuntu").sendKeys(Keys.SPACE);
            browser.element("button[value=ubuntu][aria-pressed=true]");
            BrowsedPortal.tabTo(browser, "href", "/connect/ubuntu.rdp").sendKeys(Keys.ENTER);
            assertThat(browser.awaitDownload()).hasFileName("ubuntu.rdp");
            BrowsedPortal.tabTo(browser, "href", "/desktops/ubuntu").sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/desktops/ubuntu"));
            BrowsedPortal.tabTo(browser, "id", "audio").sendKeys(Keys.ARROW_DOWN);
            BrowsedPortal.tabTo(browser, "class", "button").sendKeys(Keys.ENTER);
            assertThat(Files.readString(browser.awaitDownload())).contains("audiomode:i:0");
            browser.open(portal.at("/help"));
            BrowsedPortal.press(browser, Keys.TAB, Keys.ENTER);
            assertThat(browser.driver().switchTo().activeElement().getDomAttribute("id"))
                    .isEqualTo("content");
        }
    }

    @Test
    void scriptsAreNotNeeded() throws Exception {
        try (Chromium browser = portal.start(Chromium.with().withoutScripts())) {
            signIn(browser);
            browser.type("#search", "lab WIN");
            browser.click(".search button");
            browser.awaitAddress(portal.at("/desktops?q="));
            assertThat(browser.find(".card")).hasSize(1);
            browser.click("button[value=win11]");
            browser.awaitAddress(portal.at("/desktops"));
            browser.element("button[value=win11][aria-pressed=true]");
            browser.click("a[href='/connect/win11.rdp']");
            assertThat(Files.readString(browser.awaitDownload()))
                    .contains("full address:s:win11.lab.example.com", "gatewaycredentialssource:i:5", "signature:s:");
            browser.open(portal.at("/sessions"));
            browser.click("main button");
            assertThat(browser.element(".narrow").getText()).contains("You are signed out");
            browser.open(portal.at("/desktops"));
            assertThat(browser.address()).startsWith(portal.at("/signin"));
        }
    }

    @Test
    void theListFollowsWhatIsTyped() throws Exception {
        gateway.close();
        StringBuilder desktops = new StringBuilder();
        IntStream.range(0, MANY)
                .forEach(
                        number -> desktops.append("""
                        [[desktop]]
                        name = "pc%1$d"
                        title = "Workplace %1$d"
                        host = "pc%1$d.%2$s.example.com"
                        group = "Floor %3$d"
                        """.formatted(number, number % 3 == 0 ? "own" : "lab", number / 50)));
        gateway = gateway(desktops.toString());
        try (Chromium browser = portal.start(Chromium.with())) {
            signIn(browser);
            assertThat(browser.find(".card")).hasSize(MANY);
            browser.type("#search", "workplace 17");
            assertThat(shown(browser)).hasSize(13);
            browser.element("#search").sendKeys("5 floor");
            assertThat(shown(browser)).containsExactly("Workplace 175");
            browser.element("#search").sendKeys("x");
            assertThat(shown(browser)).isEmpty();
            assertThat(browser.element("#none").isDisplayed()).isTrue();
            assertThat(browser.address()).as("nothing was asked of the server").isEqualTo(portal.at("/desktops"));
        }
    }

    private static List<String> shown(Chromium browser) {
        return browser.find(".card:not([hidden]) h3").stream()
                .map(WebElement::getText)
                .toList();
    }
}
