package io.gatehouse.jetty.portal;

import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A user at the portal who looks at desktops and wakes them. */
public final class WakingBrowser {
    private final Browser browser;

    private WakingBrowser(Browser browser) {
        this.browser = browser;
    }

    /** One with a session. */
    public static WakingBrowser signedIn(TestGateway gateway, String user) throws Exception {
        return new WakingBrowser(Browser.signedIn(gateway, user));
    }

    /** The page with all desktops. */
    public String page() throws IOException, InterruptedException {
        return new String(browser.get("/desktops").body(), StandardCharsets.UTF_8);
    }

    /** Clicks on the button of a desktop; the status of the answer. */
    public int wake(String desktop) throws IOException, InterruptedException {
        return browser.post("/wake", Map.of("csrf", browser.csrf("/desktops"), "desktop", desktop))
                .statusCode();
    }

    /** The same form, sent by another site; the status of the answer. */
    public int wakeFromAnotherSite(String desktop) throws IOException, InterruptedException {
        Map<String, String> form = Map.of("csrf", browser.csrf("/desktops"), "desktop", desktop);
        return browser.post("/wake", form, "Sec-Fetch-Site", "cross-site").statusCode();
    }

    /** Downloads the file of a desktop; the status of the answer. */
    public int connect(String desktop) throws IOException, InterruptedException {
        return browser.get("/connect/" + desktop + ".rdp", "Sec-Fetch-Site", "same-origin")
                .statusCode();
    }
}
