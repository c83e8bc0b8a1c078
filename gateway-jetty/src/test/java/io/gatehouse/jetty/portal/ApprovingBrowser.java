package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user at the portal who approves connections. */
public final class ApprovingBrowser {
    private static final Pattern QUESTION = Pattern.compile("data-question=\"([^\"]+)\"");

    private final Browser browser;

    private ApprovingBrowser(Browser browser) {
        this.browser = browser;
    }

    /** One with a session. */
    public static ApprovingBrowser signedIn(TestGateway gateway, String user) throws Exception {
        return new ApprovingBrowser(Browser.signedIn(gateway, user));
    }

    private String page() throws Exception {
        return new String(browser.get("/approve").body(), StandardCharsets.UTF_8);
    }

    /** Waits until the page of questions has this text. */
    public void awaitText(String text) throws Exception {
        Await.until(text, () -> page().contains(text));
    }

    /** Approves the first connection that waits, as soon as one does, and confirms that its client shows no number. */
    public void approveWithoutNumber() throws Exception {
        String[] question = {""};
        Await.until("a question", () -> {
            Matcher found = QUESTION.matcher(page());
            question[0] = found.find() ? found.group(1) : "";
            return !question[0].isEmpty();
        });
        Map<String, String> form = new HashMap<>(
                Map.of("csrf", browser.csrf("/approve"), "question", question[0], "reply", "none", "step", "confirm"));
        form.putAll(Map.of("sure", "yes", "seen", "1"));
        assertThat(browser.post("/approve/answer", form).statusCode()).isEqualTo(303);
    }
}
