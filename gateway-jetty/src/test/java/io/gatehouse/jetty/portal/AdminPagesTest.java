package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.TestClock;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;

/**
 * The admin area in a real browser. The first test also makes the {@linkplain BrowsedPortal pictures of the
 * documentation}.
 */
@Timeout(180)
class AdminPagesTest {
    private static final String TABLES = BrowsedPortal.TABLES + """
            [portal.grants]
            desktops = ["echo", "vault"]
            approver-groups = ["staff"]
            [portal.device-tickets]
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            [[desktop]]
            name = "vault"
            title = "Key vault of the finance department"
            host = "a-rather-long-host-name-for-a-key-vault.corp.example.com"
            """ + TestGateway.RULE;
    private static final String ADMIN = """
            [portal.admin]
            [[portal.admin.rule]]
            role = "admin"
            users = ["alice"]
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final TestClock clock = new TestClock();
    private EchoTarget target;
    private TestGateway gateway;
    private final BrowsedPortal portal = new BrowsedPortal(folder, () -> gateway, "admin");

    @BeforeAll
    static void assume() {
        Chromium.assume();
    }

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        clock.advance(Duration.between(clock.instant(), Instant.now())); // the certificates are of today
        gateway = TestGateway.at(clock, TABLES + ADMIN);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private void signIn(Chromium browser) {
        portal.signIn(browser, "/signin?return_to=/admin/sessions", "/admin/sessions");
    }

    private GatewayClient client(String user) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build());
    }

    private Channel open(GatewayClient client, String machine, int bytes) throws IOException {
        Channel channel = client.open(machine, List.of("127.0.0.1"), target.port());
        channel.send(ByteBuffer.allocate(bytes));
        channel.readFully(ByteBuffer.allocate(bytes));
        return channel;
    }

    private void aBusyHour() {
        long relayed = 0;
        for (int minute = 0; minute < 59; minute++) {
            int wave = (int) (20 + 12 * Math.sin(minute / 9.0) + minute % 4);
            relayed += wave * 9_000_000L;
            gateway.activity().sample(wave, relayed / 12, relayed);
            for (int i = 0; i < wave / 6; i++) {
                gateway.activity()
                        .record(new AuditEvent.SignedIn(origin(), Identity.local("l", "b", "a", Set.of(), Set.of())));
            }
            if (minute % 13 == 5) {
                gateway.activity()
                        .record(new AuditEvent.Refused(
                                origin(), AuditEvent.Stage.TARGET, Optional.empty(), Optional.empty(), "E", "x"));
            }
            clock.advance(Duration.ofMinutes(1));
        }
    }

    private static AuditEvent.Origin origin() {
        return new AuditEvent.Origin("1", InetAddress.getLoopbackAddress(), Optional.empty(), "http");
    }

    private void aGrantAndARequest() throws Exception {
        aGrantAndARequest("x".repeat(200), "\u0e01" + "\u0e49".repeat(20) + " <b>" + "x".repeat(100));
    }

    /** Carol has been granted one desktop, and asks for another one, as alice does. */
    private void aGrantAndARequest(String asked, String reason) throws Exception {
        AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
        assertThat(carol.ask("echo", "the printer of room 7 is out of paper again, ticket 4711"))
                .isEqualTo(303);
        AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
        String request = alice.page("/access").replaceAll("(?s).*id=\"request-([0-9a-f]{10})\".*", "$1");
        assertThat(alice.answer(request, "approve")).isEqualTo(303);
        assertThat(alice.ask("vault", asked)).isEqualTo(303);
        assertThat(carol.ask("vault", reason)).isEqualTo(303);
    }

    @ParameterizedTest
    @CsvSource({"false,1280,800,en", "true,1280,800,de", "true,390,844,en"})
    void everyPageIsForEveryAdministrator(boolean dark, int width, int height, String language) throws Exception {
        String kind = (dark ? "dark" : "light") + "-" + (width < 600 ? "phone" : "desktop");
        ChromiumOptions options = Chromium.with().size(width, height).languages(language);
        try (Chromium browser = portal.start(dark ? options.dark() : options);
                GatewayClient one = client("bob");
                GatewayClient two = client("alice")) {
            open(one, "LAPTOP-BOB", 40_000);
            open(two, "DESK-7", 900);
            if (dark) {
                aGrantAndARequest();
            } else {
                aGrantAndARequest("renew the certificate of the web shop", "replace the broken disk, ticket 4712");
            }
            signIn(browser);
            assertThat(browser.find("tbody tr")).hasSize(2);
            portal.judge(browser, "sessions", kind);
            browser.open(portal.at("/access"));
            portal.judge(browser, "access", kind);
            browser.open(portal.at("/admin/grants"));
            portal.judge(browser, "grants", kind);
            browser.click("tbody .danger");
            browser.awaitAddress(portal.at("/admin/confirm/revoke-grant"));
            portal.judge(browser, "revoke", kind);
            browser.click(".grave");
            browser.awaitAddress(portal.at("/admin/grants"));
            assertThat(browser.find("#list tbody tr")).isEmpty();
            portal.judge(browser, "revoked", kind);
            browser.open(portal.at("/admin/confirm/revoke-grant?grant=0123456789"));
            portal.judge(browser, "grant-gone", kind);
            AccessBrowser bob = AccessBrowser.signedIn(gateway, "bob");
            assertThat(bob.getDeviceFile("echo", "A device with a name of forty characters"))
                    .isEqualTo(200);
            browser.open(portal.at("/admin/device-tickets"));
            portal.judge(browser, "device-tickets", kind);
            browser.click("tbody .danger");
            browser.awaitAddress(portal.at("/admin/confirm/revoke-device-ticket"));
            portal.judge(browser, "revoke-device-ticket", kind);
            browser.click(".grave");
            browser.awaitAddress(portal.at("/admin/device-tickets"));
            assertThat(browser.find("#list tbody tr")).isEmpty();
            portal.judge(browser, "device-ticket-revoked", kind);
            browser.open(portal.at("/admin/confirm/revoke-device-ticket?ticket=0123456789"));
            portal.judge(browser, "device-ticket-gone", kind);
            browser.open(portal.at("/admin/sessions"));
            browser.follow("tbody th a");
            portal.judge(browser, "session", kind);
            browser.open(portal.at("/admin/confirm/block-user?user=carol"));
            portal.judge(browser, "block", kind);
            browser.type("#reason", "left the company");
            browser.click(".question form button");
            browser.awaitAddress(portal.at("/admin/users"));
            portal.judge(browser, "users", kind);
            browser.open(portal.at("/admin/confirm/message-sessions"));
            portal.judge(browser, "message", kind);
            browser.open(portal.at("/admin/sessions/0"));
            portal.judge(browser, "gone", kind);
            new Browser(gateway.tls()).signIn("mallory\u202e\u0000<b>", "wrong");
            gateway.awaitAudit("sign-in.refused");
            browser.open(portal.at("/admin/failures"));
            portal.judge(browser, "failures", kind);
            browser.open(portal.at("/admin/audit"));
            browser.click("details summary");
            portal.judge(browser, "audit", kind);
            aBusyHour();
            browser.open(portal.at("/admin/activity"));
            browser.click("details summary");
            portal.judge(browser, "activity", kind);
            browser.open(portal.at("/admin/activity?range=day"));
            portal.judge(browser, "day", kind);
            browser.open(portal.at("/admin/rules?user=bob&target=127.0.0.1:" + target.port()));
            assertThat(browser.element(".decides").getText()).contains("staff to this machine");
            portal.judge(browser, "rules", kind);
            browser.open(portal.at("/admin/rules?user=eve&target=10.9.9.9&from=192.0.2.1"));
            portal.judge(browser, "denied", kind);
            browser.open(portal.at("/admin/rules?user=eve&target=127.0.0.1:" + target.port()));
            assertThat(browser.element("#answer").getText())
                    .contains(language.equals("de") ? "Nicht bekannt: verboten" : "Not known: denied");
            portal.judge(browser, "unknown", kind);
        }
    }

    /** What strangers may call themselves, and what must not happen. */
    private static final List<String> NASTY = List.of(
            "<script>document.title='pwned'</script>",
            "\"><img src=x onerror=\"document.title='pwned'\">",
            "</pre></code></table><h1 id=pwned>x</h1>",
            "\u202egnp.exe\u2066",
            "\u0000\u001b[31m\r\nSet-Cookie: a=b",
            "=cmd|' /C calc'!A0",
            "javascript:document.title='pwned'",
            "x".repeat(5000),
            "\ud800",
            "\u0e49".repeat(200));

    private void recordNastyEvents(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String text = NASTY.get(i % NASTY.size());
            AuditEvent.Origin origin = new AuditEvent.Origin(
                    text,
                    InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i}),
                    Optional.of(text),
                    "portal");
            Identity user = Identity.local("local", "basic", "u" + text, Set.of(), Set.of());
            gateway.log()
                    .record(
                            i % 2 == 0
                                    ? new AuditEvent.TokenIssued(origin, user, text, text, text)
                                    : new AuditEvent.Refused(
                                            origin,
                                            AuditEvent.Stage.TARGET,
                                            Optional.of(user),
                                            Optional.of(text),
                                            text,
                                            text));
        }
    }

    @Test
    void tenThousandEventsOfNastyStrangersAreHarmless() throws Exception {
        recordNastyEvents(10_000);
        try (Chromium browser = portal.start(Chromium.with().languages("en"))) {
            signIn(browser);
            for (String path : List.of(
                    "/admin/audit",
                    "/admin/failures",
                    "/admin/audit?user=%3Cscript%3E&correlation=%22%3E%3Cimg%20src%3Dx%3E&source=%3Cb%3E")) {
                browser.open(portal.at(path));
                assertThat(browser.find("#pwned, main script, main img, main h1 ~ h1"))
                        .as(path)
                        .isEmpty();
                assertThat(browser.driver().getTitle()).as(path).endsWith("Example Desktops");
                assertThat(browser.text()).as(path).doesNotContain("\u202e", "\u2066", "\u0000");
                portal.judge(browser, "nasty", "light-desktop");
            }
            browser.open(portal.at("/admin/audit"));
            assertThat(browser.text()).contains("\\u202egnp.exe");
            assertThat(browser.find("tbody tr")).hasSize(100);
            browser.follow("[rel=next]");
            assertThat(browser.find("tbody tr")).hasSize(100);
            browser.click("a[href^='/admin/audit.csv']");
            assertThat(Files.readString(browser.awaitDownload()))
                    .contains("\"'=cmd|' /C calc'!A0\"")
                    .doesNotContain("\u202e", "\u0000", ",\"=cmd");
            browser.click("a[href^='/admin/audit.jsonl']");
            assertThat(Files.readAllLines(browser.awaitDownload()))
                    .hasSizeBetween(1000, 10_001)
                    .allSatisfy(line -> assertThat(AuditJson.decode(line)).isPresent());
        }
    }

    @Test
    void theListFollowsWhatHappensAndEndsASession() throws Exception {
        try (Chromium browser = portal.start(Chromium.with().languages("en"))) {
            signIn(browser);
            assertThat(browser.text()).contains("No sessions");
            try (GatewayClient client = client("bob")) {
                Channel channel = open(client, "laptop", 100);
                Await.until(
                        "the session on the page",
                        () -> browser.find("tbody tr").size() == 1);
                browser.click("tbody .danger");
                browser.awaitAddress(portal.at("/admin/confirm/end-session"));
                browser.type("#reason", "lunch");
                browser.click(".grave");
                browser.awaitAddress(portal.at("/admin/sessions"));
                assertThat(browser.element(".done").getText()).contains("The session was ended", "bob");
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            Await.until("no session on the page", () -> browser.find("tbody tr").isEmpty());
            gateway.awaitAudit("session.terminated", "ended by alice: lunch");
        }
    }

    @Test
    void aPageOfOneWhoLostTheRightSaysSoAndAsksNoMore() throws Exception {
        try (Chromium browser = portal.start(Chromium.with().languages("en"))) {
            signIn(browser);
            assertThat(browser.element("#lost").isDisplayed()).isFalse();

            gateway.reload(TABLES + ADMIN.replace("alice", "bob"));

            Await.until("the page says so", () -> browser.element("#lost").isDisplayed());
            assertThat(browser.element("#lost").getText()).contains("you may no longer use this page");
            gateway.awaitAudit("admin.refused", "/admin/sessions");
            Object requests = ((JavascriptExecutor) browser.driver())
                    .executeAsyncScript("const done = arguments[0];"
                            + "const asked = () => performance.getEntriesByType('resource').length;"
                            + "const before = asked(); setTimeout(() => done(asked() - before), 4000);");
            assertThat(requests).as("requests after that").isEqualTo(0L);
        }
    }

    @Test
    void scriptsAreNotNeededAndAKeyboardIsEnough() throws Exception {
        try (Chromium browser = portal.start(Chromium.with().languages("en").withoutScripts());
                GatewayClient client = client("bob")) {
            Channel channel = open(client, "laptop", 100);
            signIn(browser);
            BrowsedPortal.tabTo(browser, "name", "user").sendKeys("b*", Keys.ENTER);
            browser.awaitAddress(portal.at("/admin/sessions?user=b*"));
            BrowsedPortal.tabTo(browser, "aria-label", "End the session of bob on 127.0.0.1:" + target.port())
                    .sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/admin/confirm/end-session"));
            BrowsedPortal.tabTo(browser, "id", "reason").sendKeys("test", Keys.ENTER);
            browser.awaitAddress(portal.at("/admin/sessions"));
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            aGrantAndARequest();
            browser.open(portal.at("/access"));
            assertThat(browser.element("nav .badge").getText()).isEqualTo("1");
            BrowsedPortal.tabTo(browser, "aria-label", "Approve Key vault of the finance department for carol")
                    .sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/access?done=approved"));
            assertThat(browser.find("nav .badge")).isEmpty();
            browser.open(portal.at("/admin/grants"));
            BrowsedPortal.tabTo(browser, "aria-label", "Revoke echo of carol").sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/admin/confirm/revoke-grant"));
            BrowsedPortal.tabTo(browser, "class", "button grave").sendKeys(Keys.ENTER);
            browser.awaitAddress(portal.at("/admin/grants"));
            assertThat(browser.element(".done").getText()).contains("The grant was revoked");
            gateway.awaitAudit("\"grant.revoked\"", "\"user.name\":\"alice\"", "ticket 4711");
        }
    }
}
