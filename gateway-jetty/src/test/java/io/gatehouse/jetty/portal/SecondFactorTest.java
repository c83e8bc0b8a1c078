package io.gatehouse.jetty.portal;

import static io.gatehouse.jetty.portal.PortalAnswers.codes;
import static io.gatehouse.jetty.portal.PortalAnswers.field;
import static io.gatehouse.jetty.portal.PortalAnswers.location;
import static io.gatehouse.jetty.portal.PortalAnswers.secret;
import static io.gatehouse.jetty.portal.PortalAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.EndedUsers;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpFile;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.TestClock;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One-time codes of {@code oathtool} at the portal of a real gateway: alice and bob of the group staff must have one,
 * carol of the group guests needs one for the vault.
 */
@Timeout(120)
class SecondFactorTest {
    private static final int WRONG_CODES = 20;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final TestClock clock = new TestClock();
    private EchoTarget target;
    private TestGateway gateway;

    @BeforeAll
    static void assume() {
        OathTool.assume();
    }

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        clock.advance(Duration.between(clock.instant(), Instant.now())); // the certificates are of today
        gateway = TestGateway.at(clock, tables("sign-in"));
    }

    private String tables(String enrolment) {
        return Browser.PORTAL + """
                [portal.totp]
                groups = ["staff"]
                enrolment = "%s"
                [portal.admin]
                [[portal.admin.rule]]
                role = "admin"
                users = ["alice"]
                mfa = true
                [[desktop]]
                name = "vault"
                host = "127.0.0.1"
                port = %d
                [[policy.rule]]
                name = "guests with a second factor"
                groups = ["guests"]
                mfa = true
                claims = ["amr=otp"]
                targets = ["127.0.0.1"]
                ports = ["1-65535"]
                """.formatted(enrolment, target.port()) + TestGateway.RULE;
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private Browser browser() throws Exception {
        return new Browser(gateway.tls());
    }

    private String code(String secret, int steps) {
        return OathTool.code(folder, secret, clock.instant().plusSeconds(30L * steps));
    }

    /** A user's password is right, and more is asked for. */
    private static HttpResponse<byte[]> halfSignedIn(Browser browser, String user) throws Exception {
        HttpResponse<byte[]> page = browser.signIn(user, TestGateway.PASSWORD);
        assertThat(page.statusCode()).as(text(page)).isEqualTo(200);
        assertThat(browser.cookie("__Host-gatehouse")).as("no session yet").isEmpty();
        return page;
    }

    private static HttpResponse<byte[]> send(Browser browser, HttpResponse<byte[]> page, String code) throws Exception {
        return browser.post("/signin-code", Map.of("csrf", field(page, "csrf"), "code", code, "return_to", "/help"));
    }

    /** The key of an account that was set up in the first sign-in. */
    private String enrolled(String user) throws Exception {
        Browser browser = browser();
        HttpResponse<byte[]> offer = halfSignedIn(browser, user);
        HttpResponse<byte[]> page = browser.post("/signin-setup", Map.of("csrf", field(offer, "csrf")));
        String secret = secret(page);
        HttpResponse<byte[]> done =
                browser.post("/signin-setup", Map.of("csrf", field(page, "csrf"), "code", code(secret, 0)));
        assertThat(codes(done)).hasSize(10);
        assertThat(browser.get("/desktops").statusCode()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(5));
        return secret;
    }

    @Test
    void aCodeSignsInOnceAndNearItsTime() throws Exception {
        String secret = enrolled("alice");
        String code = code(secret, 0);
        Browser browser = browser();
        HttpResponse<byte[]> page = halfSignedIn(browser, "alice");
        for (String wrong : List.of(code(secret, -2), code(secret, 2), "", "x".repeat(65))) {
            assertThat(send(browser, page, wrong).statusCode()).isEqualTo(403);
        }
        assertThat(location(browser.get("/desktops")))
                .as("nothing is signed in")
                .startsWith("/signin");
        assertThat(location(send(browser, page, code))).isEqualTo("/desktops");
        assertThat(browser.get("/admin/sessions").statusCode())
                .as("a role that needs it")
                .isEqualTo(200);

        Browser again = browser();
        HttpResponse<byte[]> second = halfSignedIn(again, "alice");
        assertThat(text(send(again, second, code))).contains("This code was not accepted");
        assertThat(send(again, second, code(secret, -1)).statusCode()).isEqualTo(403);
        assertThat(location(send(again, second, code(secret, 1)))).isEqualTo("/desktops");
        assertThat(send(again, second, code(secret, 1)).statusCode())
                .as("a form of before")
                .isEqualTo(403);

        gateway.awaitAudit("second-factor.asked", "\"user.name\":\"alice\"", "no codes are set up yet");
        gateway.awaitAudit("second-factor.asked", "\"user.name\":\"alice\"", "a code is missing");
        gateway.awaitAudit("second-factor.enrolled", "\"user.name\":\"alice\"", "after the password alone");
        gateway.awaitAudit("second-factor.code-accepted", "\"user.name\":\"alice\"");
        gateway.awaitAudit(
                "sign-in.accepted", "\"rdgw.auth.method\":\"basic\"", "\"rdgw.auth.proofs\":\"multi-factor\"");
        gateway.awaitAudit("sign-in.refused", "\"rdgw.auth.method\":\"totp\"", "wrong one-time code");
        gateway.awaitAudit("sign-in.refused", "the one-time code was used before");
        gateway.awaitAudit("sign-in.refused", "a code of 65 characters (expected 1 to 64)");
        assertThat(String.join("\n", gateway.audit())).doesNotContain(secret).doesNotContain("\"" + code + "\"");
    }

    @Test
    void aRecoveryCodeSignsInOnce() throws Exception {
        Browser browser = browser();
        HttpResponse<byte[]> offer = halfSignedIn(browser, "alice");
        HttpResponse<byte[]> page = browser.post("/signin-setup", Map.of("csrf", field(offer, "csrf")));
        String secret = secret(page);
        assertThat(browser.post("/signin-setup", Map.of("csrf", field(page, "csrf"), "code", "000000"))
                        .statusCode())
                .isEqualTo(403);
        List<String> recovery =
                codes(browser.post("/signin-setup", Map.of("csrf", field(page, "csrf"), "code", code(secret, 0))));

        for (int expected : List.of(303, 403)) {
            Browser lost = browser();
            HttpResponse<byte[]> form = halfSignedIn(lost, "alice");
            assertThat(send(lost, form, recovery.get(2)).statusCode()).isEqualTo(expected);
        }
        gateway.awaitAudit("second-factor.recovery-code-used", "9 recovery codes left");

        clock.advance(Duration.ofMinutes(1));
        HttpResponse<byte[]> renewed = browser.post(
                "/second-factor/recovery-codes",
                Map.of("csrf", browser.csrf("/second-factor"), "code", code(secret, 0)));
        assertThat(codes(renewed)).hasSize(10).doesNotContainAnyElementsOf(recovery);
        assertThat(browser.post("/second-factor/remove", Map.of("csrf", browser.csrf("/second-factor"), "code", "1"))
                        .statusCode())
                .as("who must have it cannot remove it")
                .isEqualTo(403);
        gateway.awaitAudit("second-factor.recovery-codes-renewed");
    }

    @Test
    void whoGuessesIsStoppedAndTheUserIsNot() throws Exception {
        String secret = enrolled("alice");
        Browser thief = new Browser(gateway.tls(), InetAddress.ofLiteral("127.0.0.66"));
        HttpResponse<byte[]> page = halfSignedIn(thief, "alice");
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < WRONG_CODES; i++) {
            answers.add(send(thief, page, String.format("9%05d", i)).statusCode());
        }
        assertThat(answers).containsOnly(403, 429);
        assertThat(answers.stream().filter(status -> status == 403).count()).isBetween(3L, 8L);
        assertThat(send(thief, page, code(secret, 0)).statusCode())
                .as("the right one is too late")
                .isEqualTo(429);

        Browser alice = browser();
        assertThat(location(send(alice, halfSignedIn(alice, "alice"), code(secret, 0))))
                .isEqualTo("/desktops");
        gateway.awaitAudit("sign-in.refused", "\"throttled\"", "\"rdgw.auth.method\":\"totp\"", "127.0.0.66");
    }

    @Test
    void ofRequestsWithOneCodeOneWins() throws Exception {
        String secret = enrolled("bob");
        String code = code(secret, 0);
        List<Callable<Integer>> requests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Browser browser = browser();
            HttpResponse<byte[]> page = halfSignedIn(browser, "bob");
            requests.add(() -> send(browser, page, code).statusCode());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(requests.size())) {
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> status : threads.invokeAll(requests)) {
                statuses.add(status.get());
            }
            assertThat(statuses).containsOnlyOnce(303);
        }
    }

    @Test
    void theFormIsOfTheBrowserThatSignedIn() throws Exception {
        String secret = enrolled("alice");
        Browser browser = browser();
        HttpResponse<byte[]> page = halfSignedIn(browser, "alice");
        Browser other = browser();
        assertThat(send(other, page, code(secret, 0)).statusCode()).isEqualTo(403);
        assertThat(browser.post("/signin-code", Map.of("csrf", "x", "code", code(secret, 0)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(
                                "/signin-code",
                                Map.of("csrf", field(page, "csrf"), "code", code(secret, 0)),
                                "Sec-Fetch-Site",
                                "cross-site")
                        .statusCode())
                .isEqualTo(403);
        clock.advance(Duration.ofMinutes(10));
        assertThat(text(send(browser, page, code(secret, 0)))).contains("This sign-in has expired");
        HttpResponse<byte[]> fresh = halfSignedIn(browser, "alice");
        assertThat(location(send(browser, fresh, code(secret, 0)))).isEqualTo("/desktops");
    }

    @Test
    void aDesktopWhoseRuleNeedsItAsksForACode() throws Exception {
        Browser carol = browser();
        assertThat(location(carol.signIn("carol", TestGateway.PASSWORD))).isEqualTo("/desktops");
        assertThat(text(carol.get("/desktops"))).contains("Asks for a code");
        assertThat(text(carol.get("/desktops/vault"))).contains("/connect/vault.rdp");
        String asks = location(carol.get("/connect/vault.rdp?audio=off"));
        assertThat(asks).isEqualTo("/second-factor?return_to=%2Fconnect%2Fvault.rdp%3Faudio%3Doff");
        String before = carol.cookie("__Host-gatehouse");

        HttpResponse<byte[]> offer = carol.get(asks);
        HttpResponse<byte[]> page = carol.post(
                "/second-factor/setup", Map.of("csrf", field(offer, "csrf"), "return_to", field(offer, "return_to")));
        String secret = secret(page);
        HttpResponse<byte[]> done = carol.post(
                "/second-factor/setup",
                Map.of("csrf", field(page, "csrf"), "pending", field(page, "pending"), "code", code(secret, 0)));
        assertThat(text(done)).contains("href=\"/connect/vault.rdp?audio=off\"");
        assertThat(carol.cookie("__Host-gatehouse")).as("a session of its own").isNotEqualTo(before);
        carol.setCookie("__Host-gatehouse", before);
        assertThat(location(carol.get("/desktops"))).as("the old one is over").startsWith("/signin");

        Browser again = browser();
        assertThat(location(again.signIn("carol", TestGateway.PASSWORD))).isEqualTo("/desktops");
        String form = location(again.get("/connect/vault.rdp"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(location(again.post(
                        "/second-factor/code",
                        Map.of("csrf", again.csrf(form), "code", code(secret, 0), "return_to", "/connect/vault.rdp"))))
                .isEqualTo("/connect/vault.rdp");
        HttpResponse<byte[]> file = again.get("/connect/vault.rdp");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(text(again.get("/desktops"))).doesNotContain("Asks for a code");
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token(file.body()))))
                .build())) {
            Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
            channel.send(ByteBuffer.wrap(new byte[10]));
            channel.readFully(ByteBuffer.allocate(10));
        }
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("carol", TestGateway.PASSWORD))
                .build())) {
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), target.port()))
                    .as("a password alone, by NTLM")
                    .isInstanceOf(IOException.class);
        }
        gateway.awaitAudit("connection.denied", "\"user.name\":\"carol\"", "the claim amr is missing");
    }

    private static String token(byte[] file) {
        return switch (RdpFile.parse(file)) {
            case Parsed.Valid<RdpFile>(RdpFile parsed) ->
                parsed.find("gatewayaccesstoken").orElseThrow().value();
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    @Test
    void withoutATicketThePasswordSetsUpNothing() throws Exception {
        gateway.close();
        gateway = TestGateway.at(clock, tables("ticket"));
        Browser thief = new Browser(gateway.tls(), InetAddress.ofLiteral("127.0.0.66"));
        HttpResponse<byte[]> page = halfSignedIn(thief, "alice");
        for (String ticket : List.of("", "abcd-efgh-ijkl-mnop")) {
            HttpResponse<byte[]> answer =
                    thief.post("/signin-setup", Map.of("csrf", field(page, "csrf"), "ticket", ticket));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(text(answer)).contains("This ticket was not accepted").doesNotContain("id=\"secret\"");
        }
        String ticket = ticket("alice");
        Browser alice = browser();
        HttpResponse<byte[]> offer = halfSignedIn(alice, "alice");
        HttpResponse<byte[]> setUp =
                alice.post("/signin-setup", Map.of("csrf", field(offer, "csrf"), "ticket", ticket));
        String secret = secret(setUp);
        assertThat(codes(alice.post("/signin-setup", Map.of("csrf", field(setUp, "csrf"), "code", code(secret, 0)))))
                .hasSize(10);
        gateway.awaitAudit("sign-in.refused", "wrong or old ticket for one-time codes");
        gateway.awaitAudit("second-factor.enrolled", "with a ticket");
        assertThat(String.join("\n", gateway.audit())).doesNotContain(ticket);
    }

    private String ticket(String user) throws Exception {
        return SecondFactors.newTicket(
                fileOfCommands(),
                account(user),
                Domains.NONE,
                clock.instant(),
                Duration.ofHours(1),
                new SecureRandom());
    }

    @Test
    void aRightPasswordWithoutACodeLeavesALineAndManyLeaveFew() throws Exception {
        Browser thief = browser();
        for (int i = 0; i < WRONG_CODES; i++) {
            halfSignedIn(thief, "alice");
        }
        gateway.awaitAudit("second-factor.asked", "\"user.name\":\"alice\"", "127.0.0.1");
        assertThat(gateway.audit().stream().filter(line -> line.contains("second-factor.asked")))
                .as("the others are counted")
                .hasSizeLessThan(WRONG_CODES);
        assertThat(String.join("\n", gateway.audit())).doesNotContain("sign-in.accepted");
    }

    @Test
    void anAdministratorResetsWhatAUserLost() throws Exception {
        String ofAlice = enrolled("alice");
        String ofBob = enrolled("bob");
        Browser alice = browser();
        assertThat(location(send(alice, halfSignedIn(alice, "alice"), code(ofAlice, 0))))
                .isEqualTo("/desktops");
        assertThat(text(alice.get("/admin/users"))).contains("/admin/confirm/reset-second-factor");
        HttpResponse<byte[]> question = alice.get("/admin/confirm/reset-second-factor?user=bob");
        assertThat(location(alice.post(
                        "/admin/act",
                        Map.of(
                                "csrf",
                                field(question, "csrf"),
                                "confirmation",
                                field(question, "confirmation"),
                                "reason",
                                "lost phone"))))
                .isEqualTo("/admin/users");
        gateway.awaitAudit("admin.call", "reset-second-factor", "\"rdgw.admin.subject\":\"bob\"", "lost phone");

        Browser bob = browser();
        HttpResponse<byte[]> offer = halfSignedIn(bob, "bob");
        assertThat(text(offer)).contains("Set up a second factor");
        assertThat(send(bob, offer, code(ofBob, 0)).statusCode()).isEqualTo(403);
        gateway.awaitAudit("sign-in.refused", "no one-time codes are set up for the account");
    }

    /** Whoever knew the password before a reset sets up no app after it, nor signs in when the user was ended. */
    @Test
    void halfSignInsEndWithAResetAndWithTheUser() throws Exception {
        String ofBob = enrolled("bob");
        Browser thief = browser();
        HttpResponse<byte[]> half = halfSignedIn(thief, "bob");
        assertThat(SecondFactors.reset(fileOfCommands(), account("bob"), Domains.NONE))
                .hasSize(1);
        HttpResponse<byte[]> answer = thief.post("/signin-setup", Map.of("csrf", field(half, "csrf")));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer)).contains("This sign-in has expired").doesNotContain("id=\"secret\"");
        assertThat(send(thief, half, code(ofBob, 0)).statusCode()).isEqualTo(403);
        gateway.awaitAudit("second-factor.reset-by-command", "\"user.name\":\"bob\"", "\"rdgw.transport\":\"command\"");

        String ofAlice = enrolled("alice");
        HttpResponse<byte[]> ofThief = halfSignedIn(thief, "alice");
        Browser setsUp = browser();
        HttpResponse<byte[]> offer = halfSignedIn(setsUp, "bob");
        HttpResponse<byte[]> key = setsUp.post("/signin-setup", Map.of("csrf", field(offer, "csrf")));
        end("alice", "bob");
        assertThat(text(send(thief, ofThief, code(ofAlice, 0)))).contains("This sign-in has expired");
        assertThat(text(setsUp.post("/signin-setup", Map.of("csrf", field(key, "csrf"), "code", code(secret(key), 0)))))
                .contains("This sign-in has expired");
        Browser alice = browser();
        assertThat(location(send(alice, halfSignedIn(alice, "alice"), code(ofAlice, 0))))
                .isEqualTo("/desktops");
    }

    @Test
    void halfSignInsEndWhenTheirUserSignsOutEverywhere() throws Exception {
        String ofAlice = enrolled("alice");
        Browser alice = browser();
        send(alice, halfSignedIn(alice, "alice"), code(ofAlice, 0));
        Browser thief = browser();
        HttpResponse<byte[]> half = halfSignedIn(thief, "alice");
        Browser bob = browser();
        HttpResponse<byte[]> ofBob = halfSignedIn(bob, "bob");
        clock.advance(Duration.ofMinutes(1)); // a code is good once
        alice.post("/signout-everywhere", Map.of("csrf", alice.csrf("/desktops")));
        assertThat(text(send(thief, half, code(ofAlice, 0)))).contains("This sign-in has expired");
        assertThat(text(bob.post("/signin-setup", Map.of("csrf", field(ofBob, "csrf")))))
                .as("of another user")
                .contains("id=\"secret\"");
        assertThat(location(send(alice, halfSignedIn(alice, "alice"), code(ofAlice, 0))))
                .isEqualTo("/desktops");
    }

    @Test
    void aGroupThatMustHaveItAsksAtTheNextPage() throws Exception {
        Browser carol = browser();
        assertThat(location(carol.signIn("carol", TestGateway.PASSWORD))).isEqualTo("/desktops");
        String csrf = carol.csrf("/desktops");
        gateway.moveAccount("carol", "guests", "staff");
        Await.until("the groups of now", () -> {
            carol.get("/connect/vault.rdp"); // asks for them
            return carol.get("/desktops").statusCode() == 303;
        });
        assertThat(location(carol.get("/sessions?x=1"))).isEqualTo("/second-factor?return_to=%2Fsessions%3Fx%3D1");
        assertThat(location(carol.post("/favourite", Map.of("csrf", csrf, "desktop", "vault"))))
                .isEqualTo("/second-factor");
        assertThat(text(carol.get("/second-factor"))).contains("Set up a second factor");
        assertThat(carol.post("/signout", Map.of("csrf", csrf)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatCommandsDoToTheFileHasALine() throws Exception {
        String ticket = ticket("bob");
        gateway.awaitAudit("second-factor.ticket-made", "\"user.name\":\"bob\"", "\"rdgw.transport\":\"command\"");
        enrolled("bob");
        SecondFactors.reset(fileOfCommands(), account("bob"), Domains.NONE);
        gateway.awaitAudit("second-factor.reset-by-command", "\"user.name\":\"bob\"", "one-time codes were removed");
        assertThat(gateway.audit())
                .filteredOn(line -> line.contains("second-factor.ticket-made")
                        || line.contains("second-factor.reset-by-command")
                        || line.contains("second-factor.changed-in-file"))
                .as("what the gateway itself writes is nobody else's")
                .hasSize(2)
                .noneMatch(line -> line.contains(ticket));
    }

    /** As {@code gatehouse user end} does; each has a session whose end shows that it was done. */
    private void end(String... users) throws Exception {
        EndedUsers ended = EndedUsers.NONE;
        for (String user : users) {
            ended = ended.with(new EndedUsers.Ended(clock.instant(), "\\" + user));
        }
        Files.writeString(gateway.folder().resolve("ended-users"), ended.text());
        for (String user : users) {
            gateway.awaitAudit("\"sign-out\"", "\"user.name\":\"" + user + "\"", "ended by an administrator");
        }
    }

    private TotpFile fileOfCommands() throws Exception {
        return TotpFile.open(gateway.folder().resolve("totp"), clock);
    }

    private static NamedAccount account(String user) {
        if (NamedAccount.parse(user, Domains.NONE) instanceof Parsed.Valid<NamedAccount>(NamedAccount named)) {
            return named;
        }
        throw new AssertionError(user);
    }

    @Test
    void whoCameFromAnIdentityProviderIsNotAsked() throws Exception {
        gateway.close();
        gateway = TestGateway.withSites(
                tables("ticket").replace("groups = [\"staff\"]\nenrolment", "everyone = true\nenrolment"));
        Browser browser = browser();
        String there = location(browser.get("/signin/sso?return_to="));
        String state = there.replaceFirst(".*state=", "");
        assertThat(location(browser.get("/signin/sso/callback?state=" + state + "&user=dora")))
                .isEqualTo("/desktops");
        assertThat(text(browser.get("/second-factor"))).contains("Your organisation's sign-in page signs you in");
        assertThat(browser.post("/second-factor/setup", Map.of("csrf", browser.csrf("/desktops")))
                        .statusCode())
                .isEqualTo(403);
        Browser alice = browser();
        assertThat(text(halfSignedIn(alice, "alice"))).contains("Ticket");
    }

    @Test
    void thePagesHaveTheShieldsOfTheOthers() throws Exception {
        Browser browser = browser();
        HttpResponse<byte[]> offer = halfSignedIn(browser, "alice");
        HttpResponse<byte[]> page = browser.post("/signin-setup", Map.of("csrf", field(offer, "csrf")));
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(text(page)).contains("<svg class=\"qr\"").doesNotContain("style=");
        assertThat(browser.get("/signin-code").statusCode()).isEqualTo(405);
    }
}
