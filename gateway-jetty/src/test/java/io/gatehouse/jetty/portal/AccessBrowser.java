package io.gatehouse.jetty.portal;

import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A user at the portal who asks for desktops, and answers others who do. */
public final class AccessBrowser {
    private final Browser browser;

    private AccessBrowser(Browser browser) {
        this.browser = browser;
    }

    /** One with a session. */
    public static AccessBrowser signedIn(TestGateway gateway, String user) throws Exception {
        return new AccessBrowser(Browser.signedIn(gateway, user));
    }

    /** A page. */
    public String page(String path) throws IOException, InterruptedException {
        return text(browser.get(path));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Asks for a desktop for an hour; the status of the answer. */
    public int ask(String desktop, String reason) throws IOException, InterruptedException {
        return send("/access/ask", Map.of("desktop", desktop, "reason", reason, "minutes", "60"));
    }

    /** Answers a request, for an hour; the status of the answer. */
    public int answer(String request, String answer) throws IOException, InterruptedException {
        return answer(request, answer, 60);
    }

    /** The same for other minutes. */
    public int answer(String request, String answer, int minutes) throws IOException, InterruptedException {
        return send("/access/answer", Map.of("request", request, "answer", answer, "minutes", String.valueOf(minutes)));
    }

    /** Takes a request back; the status of the answer. */
    public int withdraw(String request) throws IOException, InterruptedException {
        return send("/access/withdraw", Map.of("request", request));
    }

    /** Revokes a grant; the status of the answer. */
    public int revoke(String grant) throws IOException, InterruptedException {
        return send("/access/revoke", Map.of("grant", grant));
    }

    /** Where the browser is sent when it revokes a grant; empty text when it is sent nowhere. */
    public String leadsWhenRevoking(String grant) throws IOException, InterruptedException {
        return browser.post("/access/revoke", withSecret(Map.of("grant", grant)))
                .headers()
                .firstValue("Location")
                .orElse("");
    }

    private int send(String path, Map<String, String> fields) throws IOException, InterruptedException {
        return browser.post(path, withSecret(fields)).statusCode();
    }

    private Map<String, String> withSecret(Map<String, String> fields) throws IOException, InterruptedException {
        Map<String, String> form = new HashMap<>(fields);
        form.put("csrf", browser.csrf("/access"));
        return form;
    }

    /** The same forms, sent by another site; the status of the answer. */
    public int sendFromAnotherSite(String path, Map<String, String> fields) throws IOException, InterruptedException {
        return browser.post(path, withSecret(fields), "Sec-Fetch-Site", "cross-site")
                .statusCode();
    }

    /** Gets a file for a device; the status of the answer. */
    public int getDeviceFile(String desktop, String device) throws IOException, InterruptedException {
        return send("/devices/file", Map.of("desktop", desktop, "device", device));
    }

    /** Downloads the file of a desktop; the status of the answer. */
    public int connect(String desktop) throws IOException, InterruptedException {
        return browser.get("/connect/" + desktop + ".rdp", "Sec-Fetch-Site", "same-origin")
                .statusCode();
    }
}
