package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * The portal of a test's gateway as Chromium shows it: starts browsers that find and trust it, signs alice in, and
 * judges pages. With the system property {@code pictures.write} it makes the pictures that docs/images has again.
 */
final class BrowsedPortal {
    static final String HOST = "gw.example.com";

    /** The tables of the portal there. */
    static final String TABLES = Browser.portal("https://" + HOST) + "title = \"Example Desktops\"\n";

    private static final Path PICTURES = Path.of("..", "docs", "images");

    private final TestFolder folder;
    private final Supplier<TestGateway> gateway;
    private final String kindOfPages;

    /**
     * The portal of {@code gateway}, which may be another one later.
     *
     * @param kindOfPages begins the names of pictures
     */
    BrowsedPortal(TestFolder folder, Supplier<TestGateway> gateway, String kindOfPages) {
        this.folder = folder;
        this.gateway = gateway;
        this.kindOfPages = kindOfPages;
    }

    Chromium start(ChromiumOptions options) throws Exception {
        Path certificates = folder.freshFolder("certificates");
        TestCertificate.shared().writeTo(certificates);
        return options.argument("--hide-scrollbars")
                .trusting(certificates.resolve("gateway.pem"))
                .argument("--host-resolver-rules=MAP " + HOST + " 127.0.0.1")
                .start(folder);
    }

    /** The address of a path. */
    String at(String path) {
        return "https://" + HOST + ":" + gateway.get().tls().getPort() + path;
    }

    /** Signs alice in at {@code from}, and waits for {@code to}. */
    void signIn(Chromium browser, String from, String to) {
        browser.open(at(from));
        browser.type("#user", "alice");
        browser.type("#password", TestGateway.PASSWORD);
        browser.click("form button");
        browser.awaitAddress(at(to));
    }

    /** The page can be used by everybody, and fits. */
    void judge(Chromium browser, String page, String kind) {
        assertThat(browser.violations()).as(page + " " + kind).isEmpty();
        Object tooWide = ((JavascriptExecutor) browser.driver())
                .executeScript("const root = document.documentElement; return root.scrollWidth > root.clientWidth;");
        assertThat(tooWide).as(page + " " + kind + " is too wide").isEqualTo(false);
        Path picture = PICTURES.resolve(kindOfPages + "-" + page + "-" + kind + ".png");
        if (Boolean.getBoolean("pictures.write") && Files.exists(picture)) {
            ((JavascriptExecutor) browser.driver()).executeScript("scrollTo(0, 0)");
            browser.screenshot(picture);
        }
    }

    /** Types keys where the focus is, and answers where it is then. */
    static WebElement press(Chromium browser, CharSequence... keys) {
        browser.driver().switchTo().activeElement().sendKeys(keys);
        return browser.driver().switchTo().activeElement();
    }

    /** The element that the tabulator key leads to, past others that can all be seen. */
    static WebElement tabTo(Chromium browser, String attribute, String value) {
        for (int i = 0; i < 60; i++) {
            WebElement focused = press(browser, Keys.TAB);
            assertThat(focused.getTagName()).as("the focus is somewhere").isNotEqualTo("body");
            assertThat(focused.isDisplayed()).as("the focus can be seen").isTrue();
            if (value.equals(focused.getDomAttribute(attribute))) {
                return focused;
            }
        }
        throw new AssertionError("no key leads to " + attribute + "=" + value);
    }
}
