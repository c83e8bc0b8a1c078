package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;

/**
 * The pages about second factors in a real browser, used by a keyboard alone, and the QR code as a real reader sees it.
 * It also makes the {@linkplain BrowsedPortal pictures of the documentation}.
 */
@Timeout(120)
class SecondFactorPagesTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private TestGateway gateway;
    private final BrowsedPortal portal = new BrowsedPortal(folder, () -> gateway, "portal");

    @BeforeAll
    static void assume() {
        Chromium.assume();
        OathTool.assume();
        RequiredTools.assume("zbarimg");
    }

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(
                BrowsedPortal.TABLES + """
                [portal.totp]
                groups = ["staff"]
                enrolment = "sign-in"
                issuer = "Example GmbH"
                [[desktop]]
                name = "vault"
                host = "127.0.0.1"
                """ + TestGateway.RULE.replace("ports =", "mfa = true\nports ="));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void password(Chromium browser, String heading) {
        browser.open(portal.at("/signin?return_to=/help"));
        BrowsedPortal.tabTo(browser, "id", "user").sendKeys("alice");
        BrowsedPortal.tabTo(browser, "id", "password").sendKeys(TestGateway.PASSWORD, Keys.ENTER);
        browser.element("#code, main form[action='/signin-setup']");
        assertThat(browser.element("h1").getText()).isEqualTo(heading);
    }

    @ParameterizedTest
    @CsvSource({
        "false,1280,900,en,Set up a second factor,Recovery codes,Second factor",
        "true,390,844,de,Zweiten Faktor einrichten,Wiederherstellungscodes,Zweiter Faktor"
    })
    void anAppIsSetUpByItsQrCodeAndSignsIn(
            boolean dark, int width, int height, String language, String setUp, String recovery, String factor)
            throws Exception {
        String kind = (dark ? "dark" : "light") + "-" + (width < 600 ? "phone" : "desktop");
        ChromiumOptions options = Chromium.with().size(width, height).languages(language);
        try (Chromium browser = portal.start(dark ? options.dark() : options)) {
            password(browser, setUp);
            portal.judge(browser, "factor-offer", kind);
            BrowsedPortal.tabTo(browser, "class", "button wide").sendKeys(Keys.ENTER);
            String shown = browser.element("#secret").getText().replace(" ", "");
            portal.judge(browser, "factor-setup", kind);
            String read = readByCamera(browser);
            assertThat(read)
                    .startsWith("otpauth://totp/Example%20GmbH:alice?secret=" + shown + "&issuer=Example%20GmbH")
                    .endsWith("&algorithm=SHA1&digits=6&period=30");
            String secret = read.replaceAll(".*[?&]secret=([A-Z2-7]+).*", "$1");

            BrowsedPortal.tabTo(browser, "id", "code").sendKeys("000000", Keys.ENTER);
            browser.element("[role=alert]");
            portal.judge(browser, "factor-setup-wrong", kind);
            BrowsedPortal.tabTo(browser, "id", "code")
                    .sendKeys(OathTool.code(folder, secret, Instant.now()), Keys.ENTER);
            browser.element(".codes");
            assertThat(browser.element("h1").getText()).isEqualTo(recovery);
            assertThat(browser.find(".codes li")).hasSize(10);
            String spare = browser.element(".codes code").getText();
            portal.judge(browser, "factor-recovery", kind);
            BrowsedPortal.tabTo(browser, "href", "/help").sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/help"));
            browser.open(portal.at("/second-factor"));
            portal.judge(browser, "factor", kind);
            browser.open(portal.at("/sessions"));
            portal.judge(browser, "factor-sessions", kind);
            browser.click("form.user button");
            browser.element(".narrow");

            password(browser, factor);
            portal.judge(browser, "factor-code", kind);
            BrowsedPortal.tabTo(browser, "id", "code").sendKeys("123456", Keys.ENTER);
            browser.element("[role=alert]");
            portal.judge(browser, "factor-code-wrong", kind);
            BrowsedPortal.tabTo(browser, "id", "code").sendKeys(spare, Keys.ENTER);
            browser.awaitAddress(portal.at("/help"));
        }
    }

    /** What a reader of QR codes finds on the screen. */
    private String readByCamera(Chromium browser) throws IOException {
        ((JavascriptExecutor) browser.driver()).executeScript("document.querySelector('.qr').scrollIntoView()");
        Path picture = folder.fresh("screen.png");
        browser.screenshot(picture);
        return Command.of("zbarimg", "--nodbus", "--quiet", "--raw", "--oneshot", picture.toString())
                .runOrThrow(folder)
                .strip();
    }
}
