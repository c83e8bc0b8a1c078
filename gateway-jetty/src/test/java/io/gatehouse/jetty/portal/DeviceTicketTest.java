package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient;
import io.gatehouse.testkit.provider.TestClock;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files for devices, through the front door of a real gateway: what opens a desktop together with one, and what does
 * not. Each test comes from an address of its own.
 */
@Timeout(60)
class DeviceTicketTest {
    private static final int COOKIE_DENIED = 0x800759F8;
    private static final int RAP_DENIED = 0x800759DA;
    private static final int NAP_DENIED = 0x800759DB;
    private static final int LATER = 0x800759D8;
    private static final int CUT = 0x4D4;
    private static final Pattern TOKEN = Pattern.compile("gatewayaccesstoken:s:(\\S+)");
    private static final Pattern NUMBER = Pattern.compile("choose the number (\\d\\d)");
    private static final Pattern TICKET = Pattern.compile("name=\"ticket\" value=\"([0-9a-f]{10})\"");

    private static EchoTarget target;
    private static EchoTarget other;
    private static TestGateway gateway;

    private static String tables(String more) {
        return Browser.PORTAL + """
                [portal.device-tickets]
                per-user = 100
                %s
                [approval]
                client-wait = "1s"
                [[desktop]]
                name = "pc"
                host = "127.0.0.1"
                port = %d
                [[desktop]]
                name = "other"
                host = "127.0.0.1"
                port = %d
                """.formatted(more, target.port(), other.port());
    }

    @BeforeAll
    static void start() throws Exception {
        target = new EchoTarget();
        other = new EchoTarget();
        gateway = TestGateway.start(tables("") + TestGateway.RULE);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        target.close();
        other.close();
    }

    private static InetAddress from(int last) {
        return InetAddress.ofLiteral("127.0.5." + last);
    }

    private static Browser browser(TestGateway at, String user, int source) throws Exception {
        Browser browser = new Browser(at.tls(), from(source));
        assertThat(browser.signIn(user, TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        assertThat(browser.get("/desktops").statusCode()).isEqualTo(200);
        return browser;
    }

    private static HttpResponse<byte[]> get(Browser browser, String desktop, String device) throws Exception {
        return browser.post(
                "/devices/file", Map.of("csrf", browser.csrf("/devices"), "desktop", desktop, "device", device));
    }

    /** The handle in a new file. */
    private static String handle(Browser browser, String device) throws Exception {
        HttpResponse<byte[]> file = get(browser, "pc", device);
        assertThat(file.statusCode()).isEqualTo(200);
        Matcher token = TOKEN.matcher(new String(file.body(), StandardCharsets.UTF_8));
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private static String page(Browser browser, String path) throws Exception {
        return new String(browser.get(path).body(), StandardCharsets.UTF_8);
    }

    private static GatewayClient client(TestGateway at, Transport transport, String handle, int source) {
        return new GatewayClient(at.options(transport)
                .credentials(new Credentials.PaaCookie(Secret.ofText(handle)))
                .localAddress(from(source))
                .build());
    }

    private static GatewayClient client(String handle, int source) {
        return client(gateway, Transport.WEBSOCKET, handle, source);
    }

    private static void assertOpens(GatewayClient client) throws Exception {
        assertEchoes(client.open("laptop", List.of("127.0.0.1"), target.port()));
    }

    private static void assertEchoes(Channel channel) throws Exception {
        channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(5);
        channel.readFully(answer);
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
    }

    /** The number that a client shows which waits for an answer, and is told to come again. */
    private static String waitsInVain(GatewayClient client) throws Exception {
        client.connect();
        client.handshake();
        Matcher number = NUMBER.matcher(client.createTunnel().consentMessage().orElse(""));
        assertThat(number.find()).isTrue();
        assertThat(client.authorizeTunnel("laptop").errorCode()).isZero();
        assertThat(client.openChannel(List.of("127.0.0.1"), target.port()).errorCode())
                .isEqualTo(LATER);
        return number.group(1);
    }

    private static void assertRefuses(GatewayClient client, int port, int code) {
        assertThatThrownBy(() -> client.open("laptop", List.of("127.0.0.1"), port))
                .isInstanceOfSatisfying(
                        TunnelException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static void signOut(Browser browser) throws Exception {
        assertThat(browser.post("/signout", Map.of("csrf", browser.csrf("/devices")))
                        .statusCode())
                .isEqualTo(200);
    }

    private static String ticket(Browser browser, String device) throws Exception {
        for (String row : page(browser, "/devices").split("<tr>", -1)) {
            Matcher found = TICKET.matcher(row);
            if (row.contains(">" + device + "<") && found.find()) {
                return found.group(1);
            }
        }
        throw new AssertionError("no file for " + device);
    }

    private static int revoke(Browser browser, String ticket) throws Exception {
        return browser.post("/devices/revoke", Map.of("csrf", browser.csrf("/devices"), "ticket", ticket))
                .statusCode();
    }

    /** Answers the question about the client at an address with the number that it showed. */
    private static void approve(Browser browser, int source, String number) throws Exception {
        Matcher id = Pattern.compile("data-question=\"([^\"]+)\"").matcher("");
        for (String article : page(browser, "/approve").split("<article ", -1)) {
            if (article.contains(from(source).getHostAddress() + "<")
                    && id.reset(article).find()) {
                Map<String, String> answer =
                        Map.of("csrf", browser.csrf("/approve"), "question", id.group(1), "seen", "1", "reply", number);
                assertThat(browser.post("/approve/answer", answer).headers().firstValue("Location"))
                        .hasValue("/approve?answer=given");
                return;
            }
        }
        throw new AssertionError("no question about " + from(source));
    }

    @ParameterizedTest
    @CsvSource({"WEBSOCKET,10", "DUAL_CHANNEL,11"})
    void aFileOpensItsDesktopWhileItsUserIsSignedInAtThePortal(Transport transport, int source) throws Exception {
        String device = "Laptop & tablet " + source;
        Browser browser = browser(gateway, "alice", source);
        String handle = handle(browser, device);
        assertThat(handle).matches("ghticket_[A-Za-z0-9_-]{43}");
        try (GatewayClient client = client(gateway, transport, handle, source)) {
            assertOpens(client);
        }
        gateway.awaitAudit("device-ticket.made", "\"user.name\":\"alice\"", device);
        gateway.awaitAudit(
                "sign-in.accepted",
                "\"rdgw.auth.method\":\"device-ticket\"",
                from(source).getHostAddress() + "\"");
        assertThat(page(browser, "/devices"))
                .contains("Laptop &amp; tablet " + source)
                .contains("UTC from " + from(source).getHostAddress());
        assertThat(String.join("\n", gateway.audit())).doesNotContain(handle);
    }

    @Test
    void aloneItOpensNothingAndWithAnApprovalItDoes() throws Exception {
        Browser browser = browser(gateway, "alice", 20);
        String handle = handle(browser, "Thin client");
        try (GatewayClient elsewhere = client(handle, 21)) {
            assertRefuses(elsewhere, target.port(), LATER);
        }
        signOut(browser);
        String number;
        try (GatewayClient alone = client(handle, 20)) {
            number = waitsInVain(alone);
        }
        gateway.awaitAudit("approval.asked", from(20).getHostAddress() + "\"", "127.0.0.1");
        Browser phone = browser(gateway, "alice", 22);
        assertThat(page(phone, "/approve")).contains("Thin client");
        approve(phone, 20, number);
        try (GatewayClient approved = client(handle, 20);
                GatewayClient unapproved = client(handle, 21)) {
            assertOpens(approved);
            assertRefuses(unapproved, target.port(), LATER);
        }
    }

    @Test
    void nobodyIsAskedAboutAFileThatWasRevoked() throws Exception {
        Browser browser = browser(gateway, "alice", 25);
        String handle = handle(browser, "Stolen");
        String other = handle(browser, "Kept");
        try (GatewayClient thief = client(handle, 26);
                GatewayClient own = client(other, 27)) {
            waitsInVain(thief);
            waitsInVain(own);
        }
        assertThat(page(browser, "/approve")).contains("Stolen").contains("Kept");

        assertThat(revoke(browser, ticket(browser, "Stolen"))).isEqualTo(303);

        assertThat(page(browser, "/approve")).doesNotContain("Stolen").contains("Kept");
    }

    /** Beside it, the file of the same user opens its own desktop. */
    @ParameterizedTest
    @CsvSource({
        "another desktop of its user, other, 30, RAP_DENIED, the token does not open",
        "an altered handle, altered, 31, COOKIE_DENIED, no device ticket has this handle",
        "a shortened handle, shortened, 32, COOKIE_DENIED, no device ticket has this handle",
        "a revoked one, revoked, 33, COOKIE_DENIED, was revoked at",
        "one after a sign-out everywhere, everywhere, 34, COOKIE_DENIED, was revoked at",
    })
    void itOpensNothingElse(String what, String how, int source, String code, String why) throws Exception {
        Browser browser = browser(gateway, "bob", source);
        String good = handle(browser, "good");
        try (GatewayClient client = client(good, source)) {
            assertOpens(client);
        }
        String handle = handle(browser, how);
        int accepted = other.accepted();
        int port = how.equals("other") ? other.port() : target.port();
        String brought = switch (how) {
            case "altered" -> handle.substring(0, handle.length() - 2) + "AA";
            case "shortened" -> handle.substring(0, handle.length() - 1);
            default -> handle;
        };
        if (how.equals("revoked")) {
            assertThat(revoke(browser, ticket(browser, how))).isEqualTo(303);
        }
        if (how.equals("everywhere")) {
            assertThat(browser.post("/signout-everywhere", Map.of("csrf", browser.csrf("/devices")))
                            .statusCode())
                    .isEqualTo(200);
        }
        try (GatewayClient client = client(brought, source)) {
            assertRefuses(client, port, code.equals("RAP_DENIED") ? RAP_DENIED : COOKIE_DENIED);
        }
        gateway.awaitAudit(why);
        assertThat(other.accepted()).as(what).isEqualTo(accepted);
        if (!how.equals("everywhere")) {
            try (GatewayClient client = client(good, source)) {
                assertOpens(client);
            }
        }
    }

    @Test
    void aSessionEndsWithItsTicketAndAnotherGoesOn() throws Exception {
        Browser browser = browser(gateway, "alice", 50);
        String revoked = handle(browser, "lost");
        String kept = handle(browser, "kept");
        try (GatewayClient lost = client(revoked, 50);
                GatewayClient other = client(kept, 50)) {
            assertOpens(lost);
            Channel goesOn = other.open("laptop", List.of("127.0.0.1"), target.port());
            assertThat(revoke(browser, ticket(browser, "lost"))).isEqualTo(303);
            assertThat(lost.receive()).isEqualTo(new TsguPacket.CloseChannel(CUT));
            assertEchoes(goesOn);
        }
        gateway.awaitAudit("device-ticket.revoked", "\"rdgw.device-ticket.device\":\"lost\"");
    }

    @Test
    void nobodyElseOpensRevokesOrApproves() throws Exception {
        Browser alice = browser(gateway, "alice", 60);
        String handle = handle(alice, "of alice");
        String ticket = ticket(alice, "of alice");
        Browser bob = browser(gateway, "bob", 61);
        assertThat(page(bob, "/devices")).doesNotContain("of alice");
        assertThat(revoke(bob, ticket)).isEqualTo(404);
        try (GatewayClient thief = client(handle, 61)) {
            assertRefuses(thief, target.port(), LATER);
        }
        assertThat(page(bob, "/approve")).doesNotContain("of alice");
        try (GatewayClient owner = client(handle, 60)) {
            assertOpens(owner);
        }
    }

    @Test
    void onlyFormsOfItsOwnPageMakeAFile() throws Exception {
        Browser browser = browser(gateway, "alice", 70);
        Map<String, String> form = Map.of("desktop", "pc", "device", "pwned", "csrf", browser.csrf("/devices"));
        assertThat(browser.post("/devices/file", form, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/devices/file", Map.of("desktop", "pc", "device", "pwned"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get(browser, "none", "x").statusCode()).isEqualTo(404);
        for (String bad : List.of("", " ", "x".repeat(41), "\u202Exyz", "line\nline")) {
            assertThat(get(browser, "pc", bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(page(browser, "/devices")).doesNotContain("pwned");
        Browser carol = browser(gateway, "carol", 71);
        assertThat(get(carol, "pc", "x").statusCode()).as("no rule").isEqualTo(404);
    }

    @Test
    void onlyFormsOfItsOwnPageRevokeAFile() throws Exception {
        Browser browser = browser(gateway, "alice", 72);
        String handle = handle(browser, "wanted");
        Map<String, String> form = Map.of("ticket", ticket(browser, "wanted"), "csrf", browser.csrf("/devices"));
        assertThat(browser.post("/devices/revoke", form, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post("/devices/revoke", Map.of("ticket", form.get("ticket")))
                        .statusCode())
                .isEqualTo(403);
        try (GatewayClient client = client(handle, 72)) {
            assertOpens(client);
        }
        assertThat(browser.post("/devices/revoke", form).statusCode()).isEqualTo(303);
    }

    /** Beside it, a user who has no files reads of no problem. */
    @Test
    void aUserReadsThatASignOutEverywhereIsNotSaved() throws Exception {
        try (TestGateway own = TestGateway.start(tables("") + TestGateway.RULE)) {
            Browser alice = browser(own, "alice", 140);
            handle(alice, "Laptop");
            Browser bob = browser(own, "bob", 141);
            makeUnwritable(own);
            assertThat(signOutEverywhere(alice)).contains("Signed out").contains("could not save");
            own.awaitAudit("signed out everywhere; device tickets are not kept: ", "cannot be written");
            own.awaitAudit("device-ticket.revoked", "not kept");
            assertThat(signOutEverywhere(bob)).contains("Signed out").doesNotContain("could not save");
        }
    }

    /** Beside it, the end of a user without files. */
    @Test
    void anAdministratorReadsThatTheEndOfAUserIsNotSaved(@TempDir Path folder) throws Exception {
        try (AdminClient admin = AdminClient.start(folder, tables("") + TestGateway.RULE, TestGateway::start)) {
            handle(browser(admin.gateway(), "alice", 142), "Laptop");
            makeUnwritable(admin.gateway());
            AdminClient.Answer ended = admin.post(AdminRole.OPERATOR, "/v1/users/end", "{\"user\":\"alice\"}");
            assertThat(ended.status()).isEqualTo(200);
            assertThat(ended.json().get("deviceTickets").asInt()).isOne();
            assertThat(ended.json().get("kept").asBoolean()).isFalse();
            assertThat(ended.json().get("keepError").asString()).contains("cannot be written");
            admin.gateway().awaitAudit("end-user", "1 device tickets; device tickets are not kept: ");
            AdminClient.Answer other = admin.post(AdminRole.OPERATOR, "/v1/users/end", "{\"user\":\"bob\"}");
            assertThat(other.json().get("kept").asBoolean()).isTrue();
            assertThat(other.json().has("keepError")).isFalse();
        }
    }

    @Test
    void metricsCountWhatBecomesOfTickets(@TempDir Path folder) throws Exception {
        try (AdminClient admin = AdminClient.start(folder, tables("") + TestGateway.RULE, TestGateway::start)) {
            Browser browser = browser(admin.gateway(), "alice", 143);
            String handle = handle(browser, "Laptop");
            handle(browser, "lost");
            try (GatewayClient client = client(admin.gateway(), Transport.WEBSOCKET, handle, 143)) {
                assertOpens(client);
            }
            revoke(browser, ticket(browser, "lost"));
            try (GatewayClient thief =
                    client(admin.gateway(), Transport.WEBSOCKET, "ghticket_" + "A".repeat(43), 144)) {
                assertRefuses(thief, target.port(), COOKIE_DENIED);
            }
            for (String line : List.of(
                    "gatehouse_device_tickets_active 1",
                    "gatehouse_device_tickets_total{what=\"made\"} 2",
                    "gatehouse_device_tickets_total{what=\"used\"} 1",
                    "gatehouse_device_tickets_total{what=\"revoked\"} 1",
                    "gatehouse_device_tickets_total{what=\"expired\"} 0",
                    "gatehouse_sign_ins_refused_total{method=\"device-ticket\",reason=\"not-known\"} 1")) {
                Await.until(line, () -> admin.metrics().lines().anyMatch(shown -> shown.startsWith(line)));
            }
        }
    }

    private static void makeUnwritable(TestGateway at) throws IOException {
        Path file = at.folder().resolve("device-tickets");
        Files.delete(file);
        Files.createDirectory(file);
    }

    private static String signOutEverywhere(Browser browser) throws Exception {
        HttpResponse<byte[]> answer = browser.post("/signout-everywhere", Map.of("csrf", browser.csrf("/devices")));
        assertThat(answer.statusCode()).isEqualTo(200);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** {@code gatehouse user end} writes a line into a file, which later starts of the gateway read again. */
    @Test
    void aRestartAfterTheEndOfAUserLeavesWhatTheUserGotSince() throws Exception {
        TestGateway first = TestGateway.start(tables("") + TestGateway.RULE);
        String before = handle(browser(first, "alice", 150), "before");
        Path ended = Files.writeString(first.folder().resolve("ended-users"), Instant.now() + " \\alice\n");
        Files.setPosixFilePermissions(ended, PosixFilePermissions.fromString("rw-r--r--"));
        first.awaitAudit("device-ticket.revoked", "\"rdgw.device-ticket.device\":\"before\"");
        String after = handle(browser(first, "alice", 150), "after");
        first.stop();
        try (TestGateway second = first.startedAgain()) {
            browser(second, "alice", 150);
            try (GatewayClient ofBefore = client(second, Transport.WEBSOCKET, before, 150);
                    GatewayClient ofAfter = client(second, Transport.WEBSOCKET, after, 150)) {
                assertRefuses(ofBefore, target.port(), COOKIE_DENIED);
                assertOpens(ofAfter);
            }
        }
    }

    @Test
    void ticketsSurviveARestartAndSessionsDoNot() throws Exception {
        TestGateway first = TestGateway.start(tables("approval-lasts = \"1h\"") + TestGateway.RULE);
        String handle = handle(browser(first, "alice", 80), "Desk");
        Path file = first.folder().resolve("device-tickets");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("Desk").doesNotContain(handle.substring("ghticket_".length()));
        first.stop();
        try (TestGateway second = first.startedAgain()) {
            try (GatewayClient alone = client(second, Transport.WEBSOCKET, handle, 80)) {
                assertRefuses(alone, target.port(), LATER);
            }
            Browser again = browser(second, "alice", 80);
            try (GatewayClient client = client(second, Transport.WEBSOCKET, handle, 80)) {
                assertOpens(client);
            }
            second.disableAccount("alice");
            Await.until("the account to be gone", () -> {
                try (GatewayClient gone = client(second, Transport.WEBSOCKET, handle, 80)) {
                    gone.open("laptop", List.of("127.0.0.1"), target.port());
                    return false;
                } catch (TunnelException refusal) {
                    return refusal.code() == COOKIE_DENIED;
                }
            });
            second.awaitAudit("sign-in.refused", "the account is gone");
            assertThat(again.get("/devices").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void aFileOfTicketsThatCannotBeReadKeepsTheGatewayFromStarting() throws Exception {
        TestGateway first = TestGateway.start(tables("") + TestGateway.RULE);
        String handle = handle(browser(first, "alice", 90), "Desk");
        first.stop();
        Path file = first.folder().resolve("device-tickets");
        String whole = Files.readString(file);
        for (String broken : List.of(whole.substring(0, whole.length() - 9), "other", whole.replace("sha256", "x"))) {
            Files.writeString(file, broken);
            assertThatThrownBy(first::startedAgain).hasMessageContaining("[portal.device-tickets]");
        }
        Files.writeString(file, whole);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(first::startedAgain).hasMessageContaining("[portal.device-tickets]");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (TestGateway again = first.startedAgain()) {
            browser(again, "alice", 90);
            try (GatewayClient client = client(again, Transport.WEBSOCKET, handle, 90)) {
                assertOpens(client);
            }
        }
    }

    @Test
    void aDesktopThatMovedAndAUserWhoLostTheirGroupOpenNothing() throws Exception {
        String tables = tables("");
        String moved = tables.replace("port = " + target.port(), "port = " + other.port());
        try (TestGateway own = TestGateway.start(tables + TestGateway.RULE)) {
            String handle = handle(browser(own, "alice", 110), "Desk");
            try (GatewayClient waiting = client(own, Transport.WEBSOCKET, handle, 111);
                    GatewayClient early = client(own, Transport.WEBSOCKET, handle, 110)) {
                waitsInVain(waiting);
                early.connect();
                early.handshake();
                early.createTunnel();
                assertThat(early.authorizeTunnel("laptop").errorCode()).isZero();

                own.reload(moved + TestGateway.RULE);

                assertThat(early.openChannel(List.of("127.0.0.1"), target.port())
                                .errorCode())
                        .as("it signed in before")
                        .isEqualTo(RAP_DENIED);
            }
            own.awaitAudit("approval.closed", "no rule or no desktop any more");
            try (GatewayClient client = client(own, Transport.WEBSOCKET, handle, 110)) {
                assertRefuses(client, target.port(), COOKIE_DENIED);
            }
            own.awaitAudit("the portal has no desktop pc at 127.0.0.1:" + target.port() + " any more");
            own.reload(tables + TestGateway.RULE);
            try (GatewayClient client = client(own, Transport.WEBSOCKET, handle, 110)) {
                assertOpens(client);
            }
            own.moveAccount("alice", "staff", "guests");
            Await.until("the group to be gone", () -> {
                try (GatewayClient client = client(own, Transport.WEBSOCKET, handle, 110)) {
                    client.open("laptop", List.of("127.0.0.1"), target.port());
                    return false;
                } catch (TunnelException refusal) {
                    return refusal.code() == NAP_DENIED;
                }
            });
        }
    }

    @Test
    void withoutTheTableHandlesAreRefused() throws Exception {
        try (TestGateway plain = TestGateway.start("[auth.paa]\n" + TestGateway.RULE);
                GatewayClient client = client(plain, Transport.WEBSOCKET, "ghticket_" + "A".repeat(43), 130)) {
            assertRefuses(client, target.port(), COOKIE_DENIED);
            plain.awaitAudit("sign-in.refused", "device tickets are not taken");
        }
    }

    @Test
    void anExpiredFileOpensNothing() throws Exception {
        TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        try (TestGateway own = TestGateway.at(clock, tables("lasts = \"30d\"") + TestGateway.RULE)) {
            String old = handle(browser(own, "alice", 120), "old");
            clock.advance(Duration.ofDays(29));
            String fresh = handle(browser(own, "alice", 120), "fresh");
            try (GatewayClient client = client(own, Transport.WEBSOCKET, old, 120)) {
                assertOpens(client);
            }
            clock.advance(Duration.ofDays(1));
            Browser browser = browser(own, "alice", 120);
            try (GatewayClient client = client(own, Transport.WEBSOCKET, old, 120)) {
                assertRefuses(client, target.port(), COOKIE_DENIED);
            }
            own.awaitAudit("sign-in.refused", "expired at");
            try (GatewayClient client = client(own, Transport.WEBSOCKET, fresh, 120)) {
                assertOpens(client);
            }
            assertThat(page(browser, "/devices")).contains(">fresh<").doesNotContain(">old<");
            own.awaitAudit("device-ticket.expired", "\"rdgw.device-ticket.device\":\"old\"");
        }
    }

    /** Also one that comes while no gateway runs. */
    @Test
    void anExpiryHoldsAndIsToldOnceOverRestarts() throws Exception {
        Clock before = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-30));
        TestGateway first = TestGateway.at(before, tables("lasts = \"1h\"") + TestGateway.RULE);
        String old = handle(browser(first, "alice", 123), "old");
        first.stop();
        TestGateway second = first.startedAgain(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(45)));
        second.awaitAudit("device-ticket.expired", "\"rdgw.device-ticket.device\":\"old\"");
        Browser browser = browser(second, "alice", 123);
        handle(browser, "later");
        try (GatewayClient client = client(second, Transport.WEBSOCKET, old, 123)) {
            assertRefuses(client, target.port(), COOKIE_DENIED);
        }
        second.stop();
        try (TestGateway third = second.startedAgain(Clock.offset(Clock.systemUTC(), Duration.ofHours(3)))) {
            third.awaitAudit("device-ticket.expired", "\"rdgw.device-ticket.device\":\"later\"");
            try (GatewayClient client = client(third, Transport.WEBSOCKET, old, 123)) {
                assertRefuses(client, target.port(), COOKIE_DENIED);
            }
            assertThat(third.audit())
                    .filteredOn(line -> line.contains("device-ticket.expired") && line.contains("\"old\""))
                    .hasSize(1);
        }
    }

    /** The question of a client that waited before ends, and a client that signed in before opens nothing any more. */
    @Test
    void nobodyIsAskedAboutAFileThatHasExpired() throws Exception {
        TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        String tables = tables("lasts = \"1h\"").replace("[approval]", "[approval]\nanswer-within = \"1h\"");
        try (TestGateway own = TestGateway.at(clock, tables + TestGateway.RULE)) {
            String old = handle(browser(own, "alice", 121), "Old");
            clock.advance(Duration.ofMinutes(59).plusSeconds(50));
            Browser browser = browser(own, "alice", 121);
            handle(browser, "Fresh");
            try (GatewayClient elsewhere = client(own, Transport.WEBSOCKET, old, 122);
                    GatewayClient late = client(own, Transport.WEBSOCKET, old, 121)) {
                waitsInVain(elsewhere);
                assertThat(page(browser, "/approve")).contains("Old");
                late.connect();
                late.handshake();
                late.createTunnel();
                assertThat(late.authorizeTunnel("laptop").errorCode()).isZero();

                clock.advance(Duration.ofSeconds(10));

                assertThat(late.openChannel(List.of("127.0.0.1"), target.port()).errorCode())
                        .isEqualTo(RAP_DENIED);
                own.awaitAudit("resource.denied", "device ticket", "expired at");
                own.awaitAudit("approval.closed", "device ticket", "expired at");
                assertThat(page(browser, "/approve")).doesNotContain("Old");
            }
        }
    }

    /** The rules decide as ever: here one that denies, and one by which somebody else approves. */
    @Test
    void rulesNameTheMethodAndHoldBesideIt() throws Exception {
        String rules = """
                [[policy.rule]]
                name = "no files for guests"
                action = "deny"
                groups = ["guests"]
                methods = ["device-ticket"]
                targets = ["*"]
                [[policy.rule]]
                name = "by somebody else"
                targets = ["127.0.0.1"]
                ports = ["1-65535"]
                approval = { groups = ["staff"] }
                """;
        try (TestGateway strict = TestGateway.start(tables("") + rules)) {
            Browser carol = browser(strict, "carol", 100);
            assertThat(page(carol, "/desktops/pc")).contains("127.0.0.1").doesNotContain("/devices/file");
            assertThat(get(carol, "pc", "x").statusCode()).isEqualTo(404);
            Browser alice = browser(strict, "alice", 101);
            assertThat(page(alice, "/desktops/pc")).contains("/devices/file");
            String handle = handle(alice, "Desk");
            String number;
            try (GatewayClient client = client(strict, Transport.WEBSOCKET, handle, 101)) {
                number = waitsInVain(client);
            }
            assertThat(page(alice, "/approve")).as("her own answer").doesNotContain("value=\"" + number + "\"");
            approve(browser(strict, "bob", 102), 101, number);
            try (GatewayClient client = client(strict, Transport.WEBSOCKET, handle, 101)) {
                assertOpens(client);
            }
        }
    }
}
