package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The portal of a real gateway, as a browser's requests meet it. */
class PortalTest {
    private static final String DESKTOPS = """
            [[desktop]]
            name = "echo"
            title = "Echo <b>&amp;</b> \\"friends\\""
            host = "127.0.0.1"
            port = PORT
            group = "Lab"
            [[desktop]]
            name = "calc"
            title = "Calculator"
            host = "127.0.0.1"
            port = PORT
            template = "CALC"
            [[desktop]]
            name = "own"
            title = "My machine"
            host = "{user}.pc.test"
            [[desktop]]
            name = "secret"
            title = "Not for staff"
            host = "10.9.9.9"
            [[policy.rule]]
            name = "own machines"
            users = ["alice"]
            targets = ["alice.pc.test"]
            [[policy.rule]]
            name = "guests"
            groups = ["guests"]
            targets = ["10.9.9.9"]
            """;

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
        Path calc = Files.writeString(files.resolve("calc.rdp"), """
                remoteapplicationmode:i:1
                remoteapplicationprogram:s:||calc
                redirectclipboard:i:0
                full address:s:evil.example
                alternate full address:s:evil.example
                server port:i:1
                gatewayhostname:s:evil.example
                gatewayusagemethod:i:0
                gatewayaccesstoken:s:x
                """);
        assertThat(calc).isEqualTo(files.resolve("calc.rdp"));
        return TestGateway.start(tables(more));
    }

    private String tables(String more) {
        return """
                [auth.paa]
                [portal]
                url = "%s"
                banner = "Mind the gap"
                %s
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                """.formatted(Browser.ORIGIN, more)
                + DESKTOPS.replace("PORT", String.valueOf(target.port()))
                        .replace("CALC", files.resolve("calc.rdp").toString())
                + TestGateway.RULE;
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private Browser browser() throws Exception {
        return new Browser(gateway.tls());
    }

    private Browser signedIn(String user) throws Exception {
        Browser browser = browser();
        assertThat(browser.signIn(user, TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        return browser;
    }

    @Test
    void aStrangerIsLedToTheSignInAndBack() throws Exception {
        Browser browser = browser();
        assertThat(location(browser.get("/"))).isEqualTo("/signin?return_to=%2Fdesktops");
        assertThat(location(browser.get("/connect/echo.rdp?audio=off")))
                .isEqualTo("/signin?return_to=%2Fconnect%2Fecho.rdp%3Faudio%3Doff");
        browser.get("/signin?return_to=%2Fconnect%2Fecho.rdp%3Faudio%3Doff");
        assertThat(location(browser.post("/signin", browser.form("/connect/echo.rdp?audio=off"))))
                .isEqualTo("/connect/echo.rdp?audio=off");
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"", "\"rdgw.transport\":\"portal\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example/x",
                "/a/\t/evil.example",
                "https://evil.example",
                "/\\\\evil.example",
                "/%0d%0aX: y",
                "/../x",
                "x"
            })
    void noOtherSiteIsEverTheWayBack(String target) throws Exception {
        Browser browser = browser();
        browser.get("/signin");
        assertThat(location(browser.post("/signin", browser.form(target)))).isIn("/desktops", "/%0d%0aX: y");
    }

    @Test
    void everyPageHasItsShields() throws Exception {
        Browser browser = signedIn("alice");
        for (String path : List.of("/signedout", "/desktops", "/desktops/echo", "/sessions", "/help", "/desktops/x")) {
            HttpResponse<byte[]> page = browser.get(path);
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
            assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        }
    }

    @Test
    void cookiesAreForThisHostAndNoScript() throws Exception {
        Browser browser = browser();
        browser.get("/signin");
        String before = browser.cookie("__Host-gatehouse-signin");
        HttpResponse<byte[]> signedIn = browser.post("/signin", browser.form("/desktops"));
        assertThat(signedIn.headers().allValues("Set-Cookie"))
                .anyMatch(cookie ->
                        cookie.matches("__Host-gatehouse=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax"));
        assertThat(browser.cookie("__Host-gatehouse")).isNotEqualTo(before);
    }

    @Test
    void aSignInGetsANewSessionEachTime() throws Exception {
        Browser browser = signedIn("alice");
        String first = browser.cookie("__Host-gatehouse");
        browser.signIn("bob", TestGateway.PASSWORD);
        assertThat(browser.cookie("__Host-gatehouse")).isNotEqualTo(first);
        Browser thief = browser();
        thief.setCookie("__Host-gatehouse", first);
        assertThat(location(thief.get("/desktops"))).startsWith("/signin");
    }

    @Test
    void wrongPasswordsAreRefusedAuditedAndLimited() throws Exception {
        Browser browser = browser();
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            answers.add(browser.signIn("alice", "wrong").statusCode());
        }
        assertThat(answers).startsWith(403).endsWith(429);
        gateway.awaitAudit("sign-in.refused", "\"user.name\":\"alice\"", "\"rdgw.transport\":\"portal\"");
        assertThat(String.join("\n", gateway.audit())).doesNotContain("wrong\"");
        assertThat(browser.signIn("alice", TestGateway.PASSWORD).statusCode()).isEqualTo(429);
    }

    /** The address that the demo prints is localhost, while the portal's own address has the machine's name. */
    @Test
    void aBrowserWithoutFetchMetadataMayReachThePortalByAnotherNameOfTheMachine() throws Exception {
        Browser browser = signedIn("alice");
        Map<String, String> form = Map.of("csrf", browser.csrf("/desktops"), "desktop", "echo");
        String here = "https://localhost:" + gateway.tls().getPort();
        assertThat(browser.post("/favourite", form, "Origin", here).statusCode())
                .isEqualTo(303);
    }

    @Test
    void formsOfOthersChangeNothing() throws Exception {
        Browser browser = signedIn("alice");
        String csrf = browser.csrf("/desktops");
        Map<String, String> form = Map.of("csrf", csrf, "desktop", "echo");
        assertThat(browser.post("/favourite", Map.of("desktop", "echo")).statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", Map.of("csrf", "x" + csrf, "desktop", "echo"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", form, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", form, "Sec-Fetch-Site", "same-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", form, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", form, "Origin", "null").statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/favourite", form, "Origin", "https://localhost:1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.postWithout("/favourite", form).statusCode()).isEqualTo(403);
        assertThat(browser.get("/signout").statusCode()).isEqualTo(405);
        assertThat(browser.post("/favourite", form).statusCode()).isEqualTo(303);
        assertThat(text(browser.get("/desktops"))).contains("aria-pressed=\"true\"");
    }

    @Test
    void theSignInFormOfAnotherBrowserIsStale() throws Exception {
        Browser attacker = browser();
        attacker.get("/signin");
        Map<String, String> form = attacker.form("/desktops");
        assertThat(browser().post("/signin", form).statusCode()).isEqualTo(403);
    }

    @Test
    void usersSeeWhatTheRulesAllowAndNothingElse() throws Exception {
        String alice = text(signedIn("alice").get("/desktops"));
        assertThat(alice)
                .contains("Echo &lt;b&gt;&amp;amp;&lt;/b&gt;", "My machine", "alice.pc.test", "Mind the gap")
                .doesNotContain("Not for staff", "10.9.9.9", "<b>");
        assertThat(text(signedIn("bob").get("/desktops"))).doesNotContain("My machine", "Not for staff");
        String carol = text(signedIn("carol").get("/desktops"));
        assertThat(carol).contains("Not for staff").doesNotContain("Echo");
    }

    @ParameterizedTest
    @CsvSource({"bob,own", "bob,secret", "carol,echo", "alice,nothing"})
    void whatIsNotForAUserLooksLikeWhatIsNotThere(String user, String desktop) throws Exception {
        Browser browser = signedIn(user);
        assertThat(browser.get("/connect/" + desktop + ".rdp").statusCode()).isEqualTo(404);
        assertThat(browser.get("/desktops/" + desktop).statusCode()).isEqualTo(404);
        assertThat(gateway.audit()).noneMatch(line -> line.contains("token.issued"));
    }

    @Test
    void theServerSearchesToo() throws Exception {
        Browser browser = signedIn("alice");
        assertThat(text(browser.get("/desktops?q=ECHO+lab"))).contains("Echo").doesNotContain("My machine");
        assertThat(text(browser.get("/desktops?q=%3Cscript%3E%22")))
                .doesNotContain("<script>\"")
                .contains("id=\"none\"");
    }

    private static RdpFile file(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return switch (RdpFile.parse(response.body())) {
            case Parsed.Valid<RdpFile>(RdpFile file) -> file;
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    private static String value(RdpFile file, String name) {
        return file.find(name).orElseThrow().value();
    }

    @Test
    void theFileIsSignedAndLeadsThroughTheGateway() throws Exception {
        HttpResponse<byte[]> response = signedIn("alice").get("/connect/echo.rdp?audio=off&display=evil&username=x");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-rdp");
        assertThat(response.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"echo.rdp\"");
        assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
                .hasValue("same-origin");
        RdpFile file = file(response);
        assertThat(value(file, "full address")).isEqualTo("127.0.0.1:" + target.port());
        assertThat(value(file, "gatewayhostname")).isEqualTo("portal.test");
        assertThat(value(file, "gatewaycredentialssource")).isEqualTo("5");
        assertThat(value(file, "audiomode")).isEqualTo("2");
        assertThat(value(file, "signscope")).startsWith("Full Address,Alternate Full Address,");
        assertThat(value(file, "signature")).startsWith("AQABAAEAAA");
        assertThat(file.find("username")).isEmpty();
        gateway.awaitAudit("token.issued", "\"rdgw.portal.desktop\":\"echo\"", "\"user.name\":\"alice\"");
    }

    @Test
    void templatesMakeRemoteAppsButNeverLeadElsewhere() throws Exception {
        gateway.close();
        Path all = Files.writeString(
                files.resolve("all.rdp"), "audiomode:i:2\nremoteapplicationmode:i:0\nredirectprinters:i:0\n");
        gateway = gateway("template = \"" + all + "\"");
        Browser browser = signedIn("alice");
        RdpFile file = file(browser.get("/connect/calc.rdp?clipboard=on&audio=here&redirectprinters=1"));
        assertThat(value(file, "remoteapplicationmode")).isEqualTo("1");
        assertThat(value(file, "remoteapplicationprogram")).isEqualTo("||calc");
        assertThat(value(file, "redirectclipboard"))
                .as("what a template forbids")
                .isEqualTo("0");
        assertThat(value(file, "redirectprinters")).isEqualTo("0");
        assertThat(value(file, "audiomode")).isEqualTo("0");
        assertThat(value(file, "full address")).isEqualTo("127.0.0.1:" + target.port());
        assertThat(value(file, "alternate full address")).isEqualTo("127.0.0.1:" + target.port());
        assertThat(file.find("server port")).isEmpty();
        assertThat(value(file, "gatewayhostname")).isEqualTo("portal.test");
        assertThat(value(file, "gatewayusagemethod")).isEqualTo("1");
        assertThat(opens(value(file, "gatewayaccesstoken"))).isTrue();
        assertThat(text(browser.get("/desktops/calc"))).doesNotContain("name=\"clipboard\"");
        assertThat(value(file(browser.get("/connect/echo.rdp")), "remoteapplicationmode"))
                .isEqualTo("0");
    }

    @Test
    void aReloadTakesOtherTemplatesAndDesktopsOrNothing() throws Exception {
        gateway.close();
        Path all = Files.writeString(files.resolve("all.rdp"), "audiomode:i:2\n");
        gateway = gateway("template = \"" + all + "\"");
        Browser browser = signedIn("alice");
        assertThat(value(file(browser.get("/connect/echo.rdp")), "audiomode")).isEqualTo("2");

        Files.writeString(all, "audiomode:i:1\n");
        Path calc = files.resolve("calc.rdp");
        Files.writeString(calc, "screen mode id\n");
        assertThat(gateway.reload(tables("template = \"" + all + "\"")).text()).contains("calc.rdp: no setting in it");
        assertThat(value(file(browser.get("/connect/echo.rdp")), "audiomode"))
                .as("all or nothing")
                .isEqualTo("2");

        Files.writeString(calc, "remoteapplicationprogram:s:||paint\n");
        assertThat(gateway.reload(tables("template = \"" + all + "\"")).text())
                .as("the file is the same, and what it names is not")
                .isEqualTo("nothing has changed");
        assertThat(value(file(browser.get("/connect/echo.rdp")), "audiomode")).isEqualTo("1");
        assertThat(value(file(browser.get("/connect/calc.rdp")), "remoteapplicationprogram"))
                .isEqualTo("||paint");
        assertThat(gateway.reload(tables("template = \"" + all + "\"\ntitle = \"Other\""))
                        .text())
                .contains("these keys need a restart: portal.title");
    }

    private GatewayClient client(String token) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build());
    }

    private Channel open(GatewayClient client) throws IOException {
        Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
        channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        channel.readFully(ByteBuffer.allocate(5));
        return channel;
    }

    private boolean opens(String token) {
        try (GatewayClient client = client(token)) {
            open(client);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theTokenOpensTheDesktopUntilItsOwnerSignsOut() throws Exception {
        Browser browser = signedIn("alice");
        String token = value(file(browser.get("/connect/echo.rdp")), "gatewayaccesstoken");
        String unused = value(file(browser.get("/connect/echo.rdp")), "gatewayaccesstoken");
        try (GatewayClient client = client(token)) {
            Channel channel = open(client);
            assertThat(text(browser.get("/sessions"))).contains("127.0.0.1:" + target.port(), "↑ 5 B");

            String page = text(browser.post("/signout", Map.of("csrf", browser.csrf("/desktops"))));

            assertThat(page).contains("You are signed out");
            assertThat(ended(channel)).isTrue();
        }
        assertThat(opens(token)).isFalse();
        assertThat(opens(unused)).isFalse();
        assertThat(location(browser.get("/desktops"))).startsWith("/signin");
        gateway.awaitAudit("\"sign-out\"", "\"user.name\":\"alice\"");
    }

    private static boolean ended(Channel channel) {
        try {
            channel.readFully(ByteBuffer.allocate(1));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aUserEndsOneTunnelAndNobodyElses() throws Exception {
        Browser browser = signedIn("alice");
        String token = value(file(browser.get("/connect/echo.rdp")), "gatewayaccesstoken");
        try (GatewayClient client = client(token)) {
            Channel channel = open(client);
            String page = text(browser.get("/sessions"));
            String id = page.replaceAll("(?s).*name=\"tunnel\" value=\"([^\"]+)\".*", "$1");

            Browser bob = signedIn("bob");
            assertThat(text(bob.get("/sessions"))).doesNotContain(id);
            bob.post("/sessions/end", Map.of("csrf", bob.csrf("/desktops"), "tunnel", id));
            channel.send(ByteBuffer.wrap(new byte[1]));
            channel.readFully(ByteBuffer.allocate(1));

            browser.post("/sessions/end", Map.of("csrf", browser.csrf("/desktops"), "tunnel", id));
            assertThat(ended(channel)).isTrue();
        }
        assertThat(opens(token)).isFalse();
    }

    @Test
    void signingOutEverywhereEndsTheOtherBrowserToo() throws Exception {
        Browser one = signedIn("alice");
        Browser other = signedIn("alice");
        String token = value(file(other.get("/connect/echo.rdp")), "gatewayaccesstoken");
        one.post("/signout-everywhere", Map.of("csrf", one.csrf("/desktops")));
        assertThat(location(other.get("/desktops"))).startsWith("/signin");
        assertThat(opens(token)).isFalse();
    }

    /** Those that wait for an approval, or whose target is dialled or woken, would open a desktop after it. */
    @Test
    void signingOutEverywhereEndsConnectionsThatHaveNoDesktopYet() throws Exception {
        Browser browser = signedIn("alice");
        try (GatewayClient own = gateway.client(Transport.WEBSOCKET);
                GatewayClient ofBob = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                        .credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                        .build())) {
            for (GatewayClient client : List.of(own, ofBob)) {
                client.connect();
                client.handshake();
                client.createTunnel();
                assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
            }
            browser.post("/signout-everywhere", Map.of("csrf", browser.csrf("/desktops")));
            assertThatThrownBy(() -> own.openChannel(List.of("127.0.0.1"), target.port()))
                    .isInstanceOf(IOException.class);
            assertThat(ofBob.openChannel(List.of("127.0.0.1"), target.port()).errorCode())
                    .isZero();
        }
    }

    @Test
    void aForeignPageCannotFetchFilesButMayLeadHere() throws Exception {
        Browser browser = signedIn("alice");
        assertThat(browser.get("/connect/echo.rdp", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.get(
                                "/connect/echo.rdp",
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "navigate",
                                "Sec-Fetch-Dest",
                                "iframe")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.get(
                                "/connect/echo.rdp",
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "navigate",
                                "Sec-Fetch-Dest",
                                "document",
                                "Sec-Fetch-User",
                                "?1")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void pagesSpeakTheBrowsersLanguage() throws Exception {
        HttpResponse<byte[]> german = browser().get("/signin", "Accept-Language", "de-AT,de;q=0.9,en;q=0.5");
        assertThat(text(german)).contains("<html lang=\"de\">", "Kennwort");
        assertThat(german.headers().firstValue("Content-Language")).hasValue("de");
        assertThat(text(browser().get("/signin", "Accept-Language", "fr"))).contains("<html lang=\"en\">");
        assertThat(text(browser().get("/signin", "Accept-Language", ";;q=x"))).contains("<html lang=\"en\">");
    }

    @Test
    void assetsMayBeKeptForGood() throws Exception {
        Browser browser = browser();
        String page = text(browser.get("/signin"));
        String style = page.replaceAll("(?s).*rel=\"stylesheet\" href=\"([^\"]+)\".*", "$1");
        HttpResponse<byte[]> css = browser.get(style);
        assertThat(css.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
        assertThat(text(css)).startsWith(":root{--button:");
        assertThat(browser.get("/assets/0/portal.css").statusCode()).isEqualTo(404);
    }

    @Test
    void withoutTlsThereIsNoPortal() throws Exception {
        try (RawHttp raw = RawHttp.plain(gateway)) {
            raw.send("GET /desktops HTTP/1.1\r\nHost: portal.test\r\n\r\n");
            assertThat(raw.readHead().status()).isEqualTo(403);
        }
        try (RawHttp raw = RawHttp.plain(gateway)) {
            raw.send("GET / HTTP/1.1\r\nHost: portal.test\r\n\r\n");
            assertThat(raw.readHead().status()).isEqualTo(302);
        }
    }

    @Test
    void otherPathsAreNotThePortals() throws Exception {
        assertThat(browser().get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(browser().get("/remoteDesktopGateway/").statusCode()).isEqualTo(405);
    }

    private static String location(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
