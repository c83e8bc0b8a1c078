package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.SiteProvider;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in at other sites, and by the word of somebody in front, as a browser's requests meet it. */
@Timeout(60)
class PortalSitesTest {
    private static final String BACK = "/signin/sso/callback";
    private static final String BACK_CHANNEL = "/signin/sso/backchannel";

    @TempDir
    Path files;

    private EchoTarget target;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        gateway = gateway("");
    }

    private TestGateway gateway(String more) throws Exception {
        return TestGateway.withSites("""
                [auth.paa]
                [portal]
                url = "%s"
                %s
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                [[desktop]]
                name = "echo"
                host = "127.0.0.1"
                port = %d
                """.formatted(Browser.ORIGIN, more, target.port()) + TestGateway.RULE);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private Browser browser() throws Exception {
        return new Browser(gateway.tls());
    }

    private static String location(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Follows the button, and gives back the state that the other site would send along. */
    private static String leave(Browser browser, String returnTo) throws Exception {
        String there = location(browser.get("/signin/sso?return_to=" + returnTo));
        assertThat(there).startsWith(SiteProvider.SITE + "authorize?");
        assertThat(there).contains("redirect_uri=https%3A%2F%2Fportal.test%2Fsignin%2Fsso%2Fcallback");
        return there.replaceFirst(".*state=", "");
    }

    private Browser signedIn(String user) throws Exception {
        Browser browser = browser();
        String state = leave(browser, "");
        assertThat(location(browser.get(BACK + "?state=" + state + "&user=" + user)))
                .isEqualTo("/desktops");
        return browser;
    }

    @Test
    void theButtonLeadsAwayAndBackToWhereTheUserWanted() throws Exception {
        Browser browser = browser();
        String page = text(browser.get("/signin?return_to=%2Fconnect%2Fecho.rdp%3Faudio%3Doff%26display%3Dfull"));
        assertThat(page)
                .contains("Continue with Example &amp; Sons")
                .contains("/signin/sso?return_to=%2Fconnect%2Fecho.rdp%3Faudio%3Doff%26display%3Dfull");
        String state = leave(browser, "%2Fconnect%2Fecho.rdp%3Faudio%3Doff%26display%3Dfull");
        assertThat(location(browser.get(BACK + "?user=alice&state=" + state)))
                .isEqualTo("/connect/echo.rdp?audio=off&display=full");
        assertThat(browser.get("/connect/echo.rdp").statusCode()).isEqualTo(200);
        gateway.awaitAudit("sign-in.accepted", "\"rdgw.auth.method\":\"sso\"", "\"rdgw.transport\":\"portal\"");
    }

    @Test
    void anAnswerBelongsToTheBrowserThatLeftAndIsTakenOnce() throws Exception {
        Browser browser = browser();
        String first = leave(browser, "");
        String second = leave(browser, "");
        Browser other = browser();
        assertThat(other.get(BACK + "?user=mallory&state=" + first).statusCode())
                .isEqualTo(403);
        leave(other, "");
        assertThat(other.get(BACK + "?user=mallory&state=" + first).statusCode())
                .isEqualTo(403);
        assertThat(browser.get(BACK + "?user=alice&state=nothing").statusCode()).isEqualTo(403);
        assertThat(location(browser.get(BACK + "?user=alice&state=" + second))).isEqualTo("/desktops");
        assertThat(browser.get(BACK + "?user=bob&state=" + second).statusCode()).isEqualTo(403);
    }

    @Test
    void aReturnThatWasTakenIsNotTakenAgainFromACopyOfTheCookie() throws Exception {
        Browser browser = browser();
        String state = leave(browser, "");
        String sealed = browser.cookie("__Host-gatehouse-away-0");
        assertThat(location(browser.get(BACK + "?user=alice&state=" + state))).isEqualTo("/desktops");
        assertThat(browser.cookie("__Host-gatehouse-away-0")).isEmpty();

        Browser copy = browser();
        copy.setCookie("__Host-gatehouse-away-0", sealed);
        assertThat(copy.get(BACK + "?user=bob&state=" + state).statusCode()).isEqualTo(403);
        assertThat(copy.cookie("__Host-gatehouse")).isEmpty();
    }

    @Test
    void aBrowserHasFourSignInsAwayAndTheOldestMakesRoom() throws Exception {
        Browser browser = browser();
        List<String> states = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            states.add(leave(browser, ""));
        }
        assertThat(browser.get(BACK + "?user=alice&state=" + states.getFirst()).statusCode())
                .isEqualTo(403);
        assertThat(location(browser.get(BACK + "?user=alice&state=" + states.get(1))))
                .isEqualTo("/desktops");
        assertThat(location(browser.get(BACK + "?user=alice&state=" + states.get(4))))
                .isEqualTo("/desktops");
    }

    /** There is no table that strangers could fill. */
    @Test
    void othersThatLeaveAndDoNotReturnPushNobodyOut() throws Exception {
        Browser browser = browser();
        String state = leave(browser, "");
        Browser others = browser();
        for (int i = 0; i < 510; i++) {
            others.get("/signin/sso");
        }
        assertThat(location(browser.get(BACK + "?user=alice&state=" + state))).isEqualTo("/desktops");
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, , true",
        "none, , true",
        "none, ?1, true",
        "cross-site, ?1, true", // a click on a link of another site
        "cross-site, , false", // a page of another site leads the browser here by itself
        "same-site, , false",
    })
    void noPageOfAnotherSiteDownloadsAFileWithoutAClick(String site, String user, boolean downloads) throws Exception {
        Browser browser = signedIn("alice");
        List<String> headers = new ArrayList<>(
                List.of("Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"));
        if (user != null) {
            headers.addAll(List.of("Sec-Fetch-User", user));
        }
        HttpResponse<byte[]> answer = browser.get("/connect/echo.rdp", headers.toArray(String[]::new));
        if (downloads) {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-rdp");
        } else {
            assertThat(location(answer)).isEqualTo("/desktops/echo");
        }
    }

    @Test
    void aSubresourceOfASisterSiteDownloadsNothing() throws Exception {
        Browser browser = signedIn("alice");
        String[] image = {"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"};
        assertThat(browser.get("/connect/echo.rdp", image).statusCode()).isEqualTo(403);
    }

    @Test
    void theAddressOfThePortalMayNameThePortOfHttps() throws Exception {
        try (TestGateway other = TestGateway.withSites("""
                [auth.paa]
                [portal]
                url = "https://Portal.test:443"
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                """ + TestGateway.RULE)) {
            Browser browser = new Browser(other.tls());
            browser.get("/signin");
            HttpResponse<byte[]> answer =
                    browser.post("/signin", browser.form("/desktops"), "Origin", "https://portal.test");
            assertThat(location(answer)).isEqualTo("/desktops");
            assertThat(text(browser.post("/signin", browser.form("/desktops"), "Origin", "https://portal.test:444")))
                    .isEqualTo("not from a page of this site\n");
        }
    }

    @Test
    void whatThePortalCannotDoIsNotBlamedOnTheBrowser() throws Exception {
        String user = "x".repeat(6_500); // too much for a token
        assertThat(browser().get("/connect/echo.rdp", "X-Front-User", user).statusCode())
                .isEqualTo(500);
    }

    @Test
    void brokenBodyIsNotBlamedOnThePortal() throws Exception {
        try (RawHttp raw = RawHttp.tls(gateway)) {
            raw.send("""
                    POST /signin HTTP/1.1
                    Host: portal.test
                    Transfer-Encoding: chunked
                    Content-Type: application/x-www-form-urlencoded

                    no length
                    """.replace("\n", "\r\n"));
            assertThat(raw.readHead().status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unwelcome,403,You could not be signed in with this provider.",
        "broken,503,Sign-in is temporarily unavailable."
    })
    void whoIsNotLetInReadsAboutIt(String user, int status, String words) throws Exception {
        Browser browser = browser();
        String state = leave(browser, "");
        HttpResponse<byte[]> answer = browser.get(BACK + "?user=" + user + "&state=" + state);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(text(answer)).contains(words).doesNotContain("the claim groups");
        assertThat(browser.cookie("__Host-gatehouse")).isEmpty();
        gateway.awaitAudit("sign-in.refused", "\"rdgw.transport\":\"portal\"");
    }

    @Test
    void noLinkOfAnotherSiteMakesASignedInUserSomebodyElse() throws Exception {
        Browser browser = signedIn("alice");
        assertThat(location(browser.get("/signin/sso?return_to=//evil.example")))
                .isEqualTo("/desktops");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/signin/sso", "/signin", "/desktops", "/connect/echo.rdp"})
    void noPageOfAnotherSiteSignsAnybodyInByLoadingSomething(String path) throws Exception {
        Browser browser = browser();
        HttpResponse<byte[]> answer =
                browser.get(path, "X-Front-User", "alice", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
    }

    @Test
    void signingOutLeadsToTheOtherSiteToSignOutThere() throws Exception {
        Browser browser = signedIn("alice");
        String page = text(browser.post("/signout", Map.of("csrf", browser.csrf("/desktops"))));
        assertThat(page).contains("url=https://idp.test/logout?to=https://portal.test/signedout");
        assertThat(location(browser.get("/desktops"))).startsWith("/signin");
    }

    private HttpResponse<byte[]> report(String token) throws Exception {
        return browser().postWithout(BACK_CHANNEL, Map.of("logout_token", token));
    }

    private String token(Browser browser) throws Exception {
        return switch (RdpFile.parse(browser.get("/connect/echo.rdp").body())) {
            case Parsed.Valid<RdpFile>(RdpFile file) ->
                file.find("gatewayaccesstoken").orElseThrow().value();
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    private GatewayClient client(String token) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build());
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
    void aLogoutAtTheOtherSiteEndsSessionAndDesktop() throws Exception {
        Browser alice = signedIn("alice");
        Browser bob = signedIn("bob");
        try (GatewayClient client = client(token(alice))) {
            Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
            assertThat(echoes(channel)).isTrue();

            HttpResponse<byte[]> answer = report("subject-alice");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
            Await.until("the tunnel's end", () -> !echoes(channel));
        }
        assertThat(location(alice.get("/desktops"))).startsWith("/signin");
        assertThat(bob.get("/desktops").statusCode()).isEqualTo(200);
        gateway.awaitAudit("\"sign-out\"", "\"user.name\":\"alice\"", "signed out at sso");
    }

    @Test
    void anAdministratorEndsSessionsTokensAndDesktopsOfAUser() throws Exception {
        Browser alice = signedIn("alice");
        Browser bob = signedIn("bob");
        String unused = token(alice);
        try (GatewayClient client = client(token(alice))) {
            Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
            assertThat(echoes(channel)).isTrue();

            Path file = Files.writeString(gateway.folder().resolve("ended-users"), Instant.now() + " \\alice\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

            Await.until("the tunnel's end", () -> !echoes(channel));
        }
        Await.until("the session's end", () -> alice.get("/desktops").statusCode() == 303);
        assertThat(bob.get("/desktops").statusCode()).isEqualTo(200);
        try (GatewayClient client = client(unused)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> client.open("pc", List.of("127.0.0.1"), target.port()));
        }
        gateway.awaitAudit("\"sign-out\"", "\"user.name\":\"alice\"", "ended by an administrator");
    }

    @Test
    void desktopsGoOnWhereTheConfigurationSaysSo() throws Exception {
        gateway.close();
        gateway = gateway("back-channel-ends-desktops = false");
        Browser alice = signedIn("alice");
        try (GatewayClient client = client(token(alice))) {
            Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
            assertThat(report("subject-alice").statusCode()).isEqualTo(200);
            assertThat(location(alice.get("/desktops"))).startsWith("/signin");
            assertThat(echoes(channel)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "broken"})
    void aReportThatIsNotBelievedEndsNothing(String token) throws Exception {
        Browser alice = signedIn("alice");
        HttpResponse<byte[]> answer = report(token);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(alice.get("/desktops").statusCode()).isEqualTo(200);
    }

    @Test
    void reportsAreForKnownSitesAndInBounds() throws Exception {
        Browser anybody = browser();
        assertThat(anybody.postWithout("/signin/nobody/backchannel", Map.of()).statusCode())
                .isEqualTo(404);
        assertThat(anybody.get(BACK_CHANNEL).statusCode()).isEqualTo(405);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 1500 && !answers.contains(429); i++) {
            answers.add(anybody.postWithout(BACK_CHANNEL, Map.of("logout_token", "x"))
                    .statusCode());
        }
        assertThat(answers).startsWith(400).endsWith(429);
    }

    private static HttpResponse<byte[]> as(Browser browser, String user, String path) throws Exception {
        return browser.get(path, "X-Front-User", user);
    }

    @Test
    void theOneInFrontSignsInAndMustSaySoEachTime() throws Exception {
        Browser browser = browser();
        assertThat(text(as(browser, "alice", "/desktops"))).contains("alice", "/connect/echo.rdp");
        String session = browser.cookie("__Host-gatehouse");
        assertThat(as(browser, "alice", "/sessions").statusCode()).isEqualTo(200);
        assertThat(browser.cookie("__Host-gatehouse")).isEqualTo(session);

        assertThat(location(browser.get("/desktops"))).startsWith("/signin");

        as(browser, "alice", "/desktops");
        assertThat(browser.cookie("__Host-gatehouse")).isNotEqualTo(session);
    }

    @Test
    void anotherNameInFrontEndsWhatWasBegunUnderTheFirst() throws Exception {
        Browser browser = browser();
        as(browser, "alice", "/desktops");
        String first = browser.cookie("__Host-gatehouse");
        String page = text(as(browser, "bob", "/desktops"));
        assertThat(page).contains("bob").doesNotContain("alice");
        Browser thief = browser();
        thief.setCookie("__Host-gatehouse", first);
        assertThat(location(thief.get("/desktops"))).startsWith("/signin");
        gateway.awaitAudit("\"sign-out\"", "\"user.name\":\"alice\"", "no longer asserted by front");
    }

    @Test
    void groupsAreThoseOfTheLastWord() throws Exception {
        Browser browser = browser();
        assertThat(text(as(browser, "alice", "/desktops"))).contains("/connect/echo.rdp");
        String session = browser.cookie("__Host-gatehouse");
        assertThat(text(as(browser, "alice-of-nothing", "/desktops"))).doesNotContain("/connect/echo.rdp");
        assertThat(as(browser, "alice-of-nothing", "/connect/echo.rdp").statusCode())
                .isEqualTo(404);
        assertThat(browser.cookie("__Host-gatehouse")).isEqualTo(session);
    }

    @Test
    void aForgedWordIsNoWordAndIsAudited() throws Exception {
        assertThat(location(as(browser(), "forged", "/desktops"))).startsWith("/signin");
        gateway.awaitAudit("sign-in.refused", "not from a trusted proxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "broken"})
    void troubleInFrontLetsNobodyInButSignsNobodyOut(String trouble) throws Exception {
        Browser browser = browser();
        assertThat(as(browser, trouble, "/desktops").statusCode()).isEqualTo(503);
        as(browser, "alice", "/desktops");
        String session = browser.cookie("__Host-gatehouse");
        assertThat(as(browser, trouble, "/desktops").statusCode()).isEqualTo(503);
        assertThat(as(browser, "alice", "/desktops").statusCode()).isEqualTo(200);
        assertThat(browser.cookie("__Host-gatehouse")).isEqualTo(session);
    }

    @Test
    void signingOutTellsThatTheOneInFrontSignsInAgain() throws Exception {
        Browser browser = browser();
        String page = text(as(browser, "alice", "/desktops"));
        String csrf = page.replaceAll("(?s).*name=\"csrf\" value=\"([^\"]+)\".*", "$1");
        HttpResponse<byte[]> answer = browser.post(
                "/signout", Map.of("csrf", csrf), "Sec-Fetch-Site", "same-origin", "X-Front-User", "alice");
        assertThat(text(answer)).contains("signs you in again as soon as you come back");
        assertThat(text(as(browser, "alice", "/signedout"))).contains("signs you in again as soon as you come back");
        assertThat(browser.cookie("__Host-gatehouse")).isEmpty();
    }
}
