package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every refusal of the portal leaves exactly one line with its reason: in the audit log when it is about a sign-in, or
 * else in the log of refused requests. Each row comes from an address of its own, by which its lines are found.
 */
@Timeout(180)
class PortalRefusalsTest {
    private static final List<PortalPath> FORMS = List.of(
            PortalPath.SIGN_OUT,
            PortalPath.SIGN_OUT_EVERYWHERE,
            PortalPath.FAVOURITE,
            PortalPath.WAKE,
            PortalPath.ACCESS_ASK,
            PortalPath.ACCESS_ANSWER,
            PortalPath.ACCESS_WITHDRAW,
            PortalPath.ACCESS_REVOKE,
            PortalPath.DISCONNECT,
            PortalPath.APPROVALS_ANSWER);
    private static final List<PortalPath> PAGES = List.of(
            PortalPath.ROOT,
            PortalPath.DESKTOPS,
            PortalPath.DESKTOP,
            PortalPath.CONNECT,
            PortalPath.SESSIONS,
            PortalPath.ACCESS,
            PortalPath.APPROVALS,
            PortalPath.HELP,
            PortalPath.PUBLISHER);
    private static final List<PortalPath> WAYS_TO_SIGN_IN =
            List.of(PortalPath.SIGN_IN, PortalPath.NEGOTIATE, PortalPath.EXTERNAL_SIGN_IN);
    private static final String[] CROSS_SITE = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"};
    private static final Map<String, String> MANY_FIELDS =
            IntStream.range(0, 100).boxed().collect(Collectors.toUnmodifiableMap(number -> "field" + number, _ -> "x"));

    private final List<Row> rows = new ArrayList<>();

    /** Sends the request of a row, and returns the status of the answer. */
    @FunctionalInterface
    private interface Sender {
        int send(TestGateway gateway, Browser browser, String source) throws Exception;
    }

    /** A refused request, its status, and a part of the line about it. */
    private record Row(String name, int status, String cause, Sender sender) {}

    private void row(String name, int status, String cause, Sender sender) {
        rows.add(new Row(name, status, cause, sender));
    }

    private static String example(PortalPath path) {
        return switch (path) {
            case EXTERNAL_SIGN_IN, CALLBACK, BACK_CHANNEL -> path.of("sso");
            case DESKTOP, CONNECT -> path.of("echo");
            case ADMIN_SESSION -> path.of("0");
            case ADMIN_CONFIRM -> path.of("drain");
            case ASSET -> path.of("0/portal.css");
            default -> path.path();
        };
    }

    private static Browser signedIn(Browser browser) throws Exception {
        assertThat(browser.signIn("alice", TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        return browser;
    }

    private void everyPath() {
        for (PortalPath path : PortalPath.values()) {
            String at = example(path);
            boolean administered = at.startsWith(PortalPath.ADMIN.path());
            row(
                    "DELETE " + at,
                    administered ? 404 : 405,
                    administered ? "the admin area without a session" : "method not allowed",
                    (_, browser, _) -> browser.ask("DELETE", at).statusCode());
            if (path != PortalPath.ROOT) { // which sends browsers to the portal's address
                int status = administered ? 404 : 403;
                String why = administered ? "no such path" : "the portal without TLS";
                row(at + " without TLS", status, why, (gateway, _, source) -> {
                    try (RawHttp http = RawHttp.plainFrom(gateway, source)) {
                        http.send(RawHttp.head("GET " + at));
                        return http.readHead().status();
                    }
                });
            }
        }
        row(
                "HEAD of a file",
                405,
                "method not allowed",
                (_, browser, _) ->
                        signedIn(browser).ask("HEAD", "/connect/echo.rdp").statusCode());
    }

    private void everyForm() {
        for (PortalPath path : FORMS) {
            row(
                    path + " with another secret",
                    403,
                    "not a form of this session",
                    (_, browser, _) -> signedIn(browser)
                            .post(path.path(), Map.of("csrf", "x"))
                            .statusCode());
        }
        row(
                "sign-in form of another browser",
                403,
                "a sign-in form of another browser",
                (_, browser, _) -> browser.post("/signin", Map.of("csrf", "x")).statusCode());
        for (PortalPath path :
                Stream.concat(FORMS.stream(), Stream.of(PortalPath.SIGN_IN)).toList()) {
            row(
                    path + " from another site",
                    403,
                    "not from a page of this site",
                    (_, browser, _) -> browser.post(path.path(), Map.of(), "Sec-Fetch-Site", "cross-site")
                            .statusCode());
        }
        for (PortalPath path : Stream.concat(FORMS.stream(), Stream.of(PortalPath.SIGN_IN, PortalPath.BACK_CHANNEL))
                .toList()) {
            row(
                    path + " with too many fields",
                    400,
                    "a form or query that cannot be read: 413: form with too many fields",
                    (_, browser, _) -> browser.post(example(path), MANY_FIELDS).statusCode());
        }
    }

    private void everyPage() {
        for (PortalPath path :
                Stream.concat(PAGES.stream(), WAYS_TO_SIGN_IN.stream()).toList()) {
            row(
                    path + " loaded by another site",
                    403,
                    "not from a page of another site",
                    (_, browser, _) -> browser.get(example(path), CROSS_SITE).statusCode());
            row(
                    path + " while the proxy's assertion cannot be checked",
                    503,
                    "no keys",
                    (_, browser, _) ->
                            browser.get(example(path), "X-Front-User", "down").statusCode());
        }
        for (PortalPath path : PAGES) {
            row(path + " of a session whose assertion cannot be checked", 503, "no keys", (_, browser, _) -> {
                assertThat(browser.get("/desktops", "X-Front-User", "alice").statusCode())
                        .isEqualTo(200);
                return browser.get(example(path), "X-Front-User", "down").statusCode();
            });
        }
        for (PortalPath path : FORMS) {
            row(path + " of a session whose assertion cannot be checked", 503, "no keys", (_, browser, _) -> {
                assertThat(browser.get("/desktops", "X-Front-User", "alice").statusCode())
                        .isEqualTo(200);
                return browser.post(path.path(), Map.of(), "Sec-Fetch-Site", "same-origin", "X-Front-User", "down")
                        .statusCode();
            });
        }
    }

    private void whatIsNotThere() {
        row(
                "unknown asset",
                404,
                "no such file",
                (_, browser, _) -> browser.get("/assets/0/portal.css").statusCode());
        row(
                "unknown desktop",
                404,
                "no such desktop",
                (_, browser, _) -> signedIn(browser).get("/desktops/none").statusCode());
        row(
                "file of an unknown desktop",
                404,
                "no such desktop",
                (_, browser, _) -> signedIn(browser).get("/connect/none.rdp").statusCode());
        row(
                "unknown provider",
                404,
                "no such way to sign in",
                (_, browser, _) -> browser.get("/signin/other").statusCode());
        row(
                "return from an unknown provider",
                404,
                "no such way to sign in",
                (_, browser, _) -> browser.get("/signin/other/callback").statusCode());
        row(
                "logout at an unknown provider",
                404,
                "a logout of an unknown provider",
                (_, browser, _) ->
                        browser.post("/signin/other/backchannel", Map.of()).statusCode());
        row(
                "no Kerberos",
                404,
                "no such way to sign in",
                (_, browser, _) -> browser.get("/signin/negotiate").statusCode());
    }

    private static String leave(Browser browser) throws Exception {
        return browser.get("/signin/sso")
                .headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst(".*state=", "");
    }

    private void staleReturns() {
        String back = "/signin/sso/callback?user=alice&state=";
        row(
                "return without a cookie",
                403,
                "the browser sent no cookie",
                (_, browser, _) -> browser.get(back + "state-1").statusCode());
        row("return without a state", 403, "no parameter state", (_, browser, _) -> {
            leave(browser);
            return browser.get("/signin/sso/callback").statusCode();
        });
        row("return with the state of another sign-in", 403, "the parameter state belongs to no", (_, browser, _) -> {
            leave(browser);
            return browser.get(back + "state-0").statusCode();
        });
        row("return with a cookie from before a restart", 403, "has expired, or began before", (_, browser, _) -> {
            browser.setCookie("__Host-gatehouse-away-0", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA");
            return browser.get(back + "state-1").statusCode();
        });
        row("return for the second time", 403, "was completed before", (_, browser, _) -> {
            String state = leave(browser);
            String cookie = browser.cookie("__Host-gatehouse-away-0");
            assertThat(browser.get(back + state).statusCode()).isEqualTo(303);
            browser.setCookie("__Host-gatehouse-away-0", cookie);
            return browser.get(back + state).statusCode();
        });
    }

    private void refusedSignIns() {
        row(
                "wrong password",
                403,
                "bad-credentials",
                (_, browser, _) -> browser.signIn("bob", "wrong").statusCode());
        row(
                "no password",
                403,
                "password of 0 characters",
                (_, browser, _) -> browser.signIn("bob", "").statusCode());
        row(
                "refused by the provider",
                403,
                "the claim groups is missing",
                (_, browser, _) -> browser.get("/signin/sso/callback?user=unwelcome&state=" + leave(browser))
                        .statusCode());
        row(
                "broken provider",
                503,
                "provider failed: java.lang.IllegalStateException",
                (_, browser, _) -> browser.get("/signin/sso/callback?user=broken&state=" + leave(browser))
                        .statusCode());
        row(
                "logout that is not believed",
                400,
                "back-channel logout: malformed: no logout token of this site",
                (_, browser, _) -> browser.post("/signin/sso/backchannel", Map.of("logout_token", "x"))
                        .statusCode());
        row(
                "file loaded by another site",
                403,
                "not from a page of another site",
                (_, browser, _) ->
                        signedIn(browser).get("/connect/echo.rdp", CROSS_SITE).statusCode());
    }

    /** Some of them are in the audit log, and then nowhere else. */
    private void access() {
        String no = "no request x waits";
        form("a desktop of the user", 409, "the user may open echo already", PortalPath.ACCESS_ASK, "desktop", "echo");
        form("a desktop of nobody", 403, "may not ask for this desktop", PortalPath.ACCESS_ASK, "desktop", "other");
        form("no desktop", 400, "desktop: expected the name", PortalPath.ACCESS_ASK, "desktop", "<b>");
        form("no reason", 400, "reason: expected one line", PortalPath.ACCESS_ASK, "reason", "");
        form("no time", 400, "time: expected more than zero", PortalPath.ACCESS_ASK, "minutes", "-1");
        form("no answer", 400, "no answer", PortalPath.ACCESS_ANSWER, "answer", "maybe");
        form("an answer to nothing", 404, no, PortalPath.ACCESS_ANSWER, "request", "x");
        form("a refusal of nothing", 404, no, PortalPath.ACCESS_ANSWER, "answer", "deny");
        form("nothing to withdraw", 404, no, PortalPath.ACCESS_WITHDRAW, "request", "x");
        form("nothing to revoke", 404, "the user is no approver", PortalPath.ACCESS_REVOKE, "grant", "x");
        row("a desktop asked for again", 409, "within 10 minutes", (_, browser, _) -> {
            signedIn(browser);
            assertThat(sent(browser, PortalPath.ACCESS_ASK, "reason", "first")).isEqualTo(303);
            return sent(browser, PortalPath.ACCESS_ASK, "reason", "second");
        });
    }

    private void form(String name, int status, String cause, PortalPath path, String field, String value) {
        row(name, status, cause, (_, browser, _) -> sent(signedIn(browser), path, field, value));
    }

    private static int sent(Browser browser, PortalPath path, String field, String value) throws Exception {
        Map<String, String> form = new HashMap<>(Map.of(
                "csrf", browser.csrf("/access"),
                "desktop", "vault",
                "reason", "why",
                "minutes", "60",
                "request", "x",
                "answer", "approve"));
        form.put(field, value);
        return browser.post(path.path(), form).statusCode();
    }

    private static List<String> lines(TestGateway gateway, RequestLines requests, String source) throws Exception {
        Stream<String> audit = gateway.audit().stream()
                .filter(line -> line.contains("\"source.ip\":\"" + source + "\"") && line.contains("refused"));
        Stream<String> log = requests.all().stream().filter(line -> line.contains("client=" + source + " "));
        return Stream.concat(audit, log).toList();
    }

    @Test
    void everyRefusalLeavesOneLineWithItsReason() throws Exception {
        everyPath();
        everyForm();
        everyPage();
        whatIsNotThere();
        staleReturns();
        refusedSignIns();
        access();
        try (RequestLines requests = new RequestLines();
                TestGateway gateway = TestGateway.withSites(Browser.PORTAL + """
                [portal.totp]
                groups = ["nobody"]
                [portal.grants]
                desktops = ["echo", "vault"]
                approver-groups = ["nobody"]
                [portal.device-tickets]
                [[desktop]]
                name = "echo"
                host = "127.0.0.1"
                [[desktop]]
                name = "vault"
                host = "192.0.2.9"
                """ + TestGateway.RULE)) {
            SoftAssertions all = new SoftAssertions();
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                String source = source(i);
                Browser browser = new Browser(gateway.tls(), InetAddress.getByName(source));
                all.assertThat(row.sender().send(gateway, browser, source))
                        .as(row.name())
                        .isEqualTo(row.status());
            }
            // Audit lines are written in order: after this one, all others are there.
            new Browser(gateway.tls(), InetAddress.getByName("127.0.2.1")).signIn("bob", "wrong");
            gateway.awaitAudit("\"source.ip\":\"127.0.2.1\"");
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                all.assertThat(lines(gateway, requests, source(i)))
                        .as(row.name())
                        .satisfiesExactly(line -> assertThat(line).contains(row.cause()));
            }
            all.assertAll();
        }
    }

    private static String source(int row) {
        return "127.0." + (3 + row / 250) + "." + (row % 250 + 1);
    }
}
