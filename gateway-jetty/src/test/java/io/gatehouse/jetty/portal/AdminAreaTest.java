package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.provider.TestClock;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin area of a real gateway, as requests of browsers meet it: who may, and what forms do. */
@Timeout(90)
class AdminAreaTest {
    private static final String PORTAL = Browser.PORTAL + """
            [portal.grants]
            desktops = ["echo"]
            approver-groups = ["staff"]
            [portal.device-tickets]
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            """;
    private static final String ADMIN = """
            [portal.admin]
            sign-in-age = "30m"
            documentation = "https://docs.example.com/g"
            [[portal.admin.rule]]
            role = "ROLE"
            users = ["alice"]
            """;

    private final TestClock clock = new TestClock();
    private EchoTarget target;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        clock.advance(Duration.between(clock.instant(), Instant.now())); // the certificates are of today
        gateway = TestGateway.start(tables("admin"));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        target.close();
    }

    private static String tables(String role) {
        return PORTAL + ADMIN.replace("ROLE", role) + TestGateway.RULE;
    }

    private Browser signedIn(String user) throws Exception {
        return Browser.signedIn(gateway, user);
    }

    private Channel open(GatewayClient client) throws Exception {
        Channel channel = client.open("laptop", List.of(target.host()), target.port());
        channel.send(ByteBuffer.allocate(100));
        channel.readFully(ByteBuffer.allocate(100));
        return channel;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String field(String page, String name) {
        assertThat(page).contains("name=\"" + name + "\"");
        return page.replaceAll("(?s).*name=\"" + name + "\" value=\"([^\"]+)\".*", "$1");
    }

    private static String sessionOf(String page, String user) {
        return page.replaceAll("(?s).*<a id=\"show-([0-9a-f-]+)\"[^>]*><bdi>" + user + "</bdi>.*", "$1");
    }

    /** Asks for a confirmation, and sends its form. */
    private static HttpResponse<byte[]> act(Browser browser, String confirm, Map<String, String> fields)
            throws Exception {
        Map<String, String> form = new TreeMap<>(fields);
        HttpResponse<byte[]> question = browser.get(confirm);
        assertThat(question.statusCode()).as(text(question)).isEqualTo(200);
        form.put("csrf", field(text(question), "csrf"));
        form.put("confirmation", field(text(question), "confirmation"));
        return browser.post("/admin/act", form);
    }

    @FunctionalInterface
    private interface Sender {
        HttpResponse<byte[]> send() throws Exception;
    }

    /** All that a browser sees of an answer. A connection has a number of requests; then there is another one. */
    private static String seen(Sender sender) throws Exception {
        HttpResponse<byte[]> response = sender.send();
        if (response.statusCode() == 429) {
            response = sender.send();
        }
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        return response.statusCode() + " " + headers + " " + text(response);
    }

    private static List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (PortalPath path : PortalPath.values()) {
            if (path.name().startsWith("ADMIN")) {
                paths.add(
                        switch (path) {
                            case ADMIN_SESSION -> path.of("0");
                            case ADMIN_CONFIRM -> path.of("drain");
                            default -> path.path();
                        });
            }
        }
        return paths;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "bob", "carol"})
    void forOthersTheAreaIsLikeAnyPathThatDoesNotExist(String user) throws Exception {
        Browser browser = user.equals("nobody") ? new Browser(gateway.tls()) : signedIn(user);
        SoftAssertions all = new SoftAssertions();
        for (String path : paths()) {
            for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
                for (String[] headers : new String[][] {
                    {"Accept", "*/*"},
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "same-origin"},
                    {"Gatehouse-Refresh", "1"}
                }) {
                    all.assertThat(seen(() -> browser.ask(method, path, headers)))
                            .as(method + " " + path + " " + List.of(headers))
                            .isEqualTo(seen(() -> browser.ask(method, "/nothing-is-here", headers)));
                }
            }
            Map<String, String> form = Map.of("csrf", browser.cookie("__Host-gatehouse"), "confirmation", "x");
            all.assertThat(seen(() -> browser.post(path, form)))
                    .as("POST " + path + " with a form")
                    .isEqualTo(seen(() -> browser.post("/nothing-is-here", form)));
        }
        all.assertAll();
        if (user.equals("bob")) {
            gateway.awaitAudit(
                    "admin.refused",
                    "\"user.name\":\"bob\"",
                    "\"rdgw.admin.subject\":\"/admin\"",
                    "\"rdgw.transport\":\"portal\"");
            assertThat(text(browser.get("/desktops"))).doesNotContain("/admin");
        }
    }

    @Test
    void withoutItsTableNobodyHasAnAdminArea() throws Exception {
        gateway.close();
        gateway = TestGateway.start(PORTAL + TestGateway.RULE);
        Browser alice = signedIn("alice");
        for (String path : paths()) {
            assertThat(seen(() -> alice.get(path))).as(path).isEqualTo(seen(() -> alice.get("/nothing-is-here")));
        }
    }

    @Test
    void anAdministratorSeesASessionAndEndsIt() throws Exception {
        Browser alice = signedIn("alice");
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                .build())) {
            Channel channel = open(client);
            String page = text(alice.get("/admin/sessions?user=b*"));
            assertThat(page).contains("1 session", "laptop", "127.0.0.1:" + target.port(), "staff to this machine");
            String id = sessionOf(page, "bob");
            assertThat(text(alice.get("/admin/sessions/" + id))).contains("messaging-service-msg", "MS-RDGateway/1.0");

            HttpResponse<byte[]> answer =
                    act(alice, "/admin/confirm/end-session?session=" + id, Map.of("reason", "lost laptop"));

            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.closeStatus()).isEqualTo(OptionalInt.of(0x4D4));
            gateway.awaitAudit(
                    "admin.call",
                    "\"user.name\":\"alice\"",
                    "\"rdgw.auth.method\":\"basic\"",
                    "\"rdgw.admin.operation\":\"end-session\"",
                    id,
                    "\"rdgw.transport\":\"portal\"");
            gateway.awaitAudit("session.terminated", "ended by alice: lost laptop");
            Await.until("no session", () -> text(alice.get("/admin/sessions")).contains("No sessions"));
            assertThat(text(alice.get("/admin/sessions/" + id))).contains("This session has ended");
            assertThat(alice.get("/admin/confirm/end-session?session=" + id).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aConnectionThatWaitsIsShownAndThenThatItWasNotItsUsers() throws Exception {
        gateway.close();
        gateway = TestGateway.start(
                "[approval]\nclient-wait = \"1m\"\n" + tables("admin") + "approval = { groups = [\"staff\"] }\n");
        Browser alice = signedIn("alice");
        Browser bob = signedIn("bob");
        assertThat(text(alice.get("/admin/sessions"))).doesNotContain("wait for an approval");
        ClientOptions options = gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                .localAddress(InetAddress.ofLiteral("127.0.5.7"))
                .build();
        try (WaitingClient waiting = new WaitingClient(options, "laptop", target.host(), target.port())) {
            String desktop = "<bdi>" + target.host() + ":" + target.port() + "</bdi>";
            Await.until("its desktop", () -> text(alice.get("/admin/sessions")).contains(desktop));
            assertThat(text(alice.get("/admin/sessions")).split("id=\"pending\"", 2)[1])
                    .contains("Connections that wait for an approval", "<bdi>bob</bdi>", "<bdi>laptop</bdi>")
                    .contains("127.0.5.7<", desktop, "staff to this machine", "somebody else");

            String own = text(bob.get("/approve"));
            Map<String, String> form = Map.of(
                    "csrf", field(own, "csrf"), "question", field(own, "question"), "seen", "1", "reply", "not-me");
            assertThat(bob.post("/approve/answer", form).statusCode()).isEqualTo(303);

            assertThat(waiting.code()).isEqualTo(0x800759DA);
        }
        assertThat(text(alice.get("/admin/sessions"))).doesNotContain("wait for an approval");
        assertThat(text(alice.get("/admin/failures?user=bob&source=127.0.0.1/32")))
                .as("what bob said, from the address of his browser")
                .contains("1 failure", "<bdi>bob</bdi>", "it was somebody else");
        assertThat(text(alice.get("/admin/failures?source=127.0.5.7/32")))
                .as("the connection")
                .contains("1 failure", "it was somebody else", "E_PROXY_RAP_ACCESSDENIED");
    }

    @Test
    void usersAreBlockedAndUnblocked() throws Exception {
        Browser alice = signedIn("alice");
        Browser bob = signedIn("bob");

        assertThat(act(alice, "/admin/confirm/block-user?user=bob", Map.of("duration", "1h", "reason", "<i>x</i>"))
                        .statusCode())
                .isEqualTo(303);

        String users = text(alice.get("/admin/users"));
        assertThat(users)
                .contains("The user is blocked", "bob", "&lt;i&gt;x&lt;/i&gt;")
                .doesNotContain("<i>");
        assertThat(text(alice.get("/admin/users"))).doesNotContain("The user is blocked.");
        assertThat(bob.get("/desktops").statusCode()).as("the session ended").isEqualTo(303);
        assertThat(bob.signIn("bob", TestGateway.PASSWORD).statusCode()).isEqualTo(403);
        assertThat(act(alice, "/admin/confirm/unblock-user?user=bob", Map.of()).statusCode())
                .isEqualTo(303);
        assertThat(bob.signIn("bob", TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        String odd = URLEncoder.encode("a+b&c=d#%41", StandardCharsets.UTF_8);
        act(alice, "/admin/confirm/block-user?user=" + odd, Map.of("duration", "1h"));
        assertThat(text(alice.get("/admin/users"))).contains("/admin/confirm/unblock-user?user=" + odd);
        assertThat(act(alice, "/admin/confirm/end-user?user=bob", Map.of()).statusCode())
                .isEqualTo(303);
        assertThat(bob.get("/desktops").statusCode()).isEqualTo(303);
    }

    @Test
    void aMessageGoesToTheUserOrToAll() throws Exception {
        Browser alice = signedIn("alice");
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            open(client);

            act(alice, "/admin/confirm/message-sessions", Map.of("text", "Back at noon.\r\nSorry."));

            assertThat(client.receive()).isEqualTo(new TsguPacket.ServiceMessage("Back at noon.\nSorry."));
            HttpResponse<byte[]> empty = act(alice, "/admin/confirm/message-sessions?user=alice", Map.of("text", " "));
            assertThat(empty.statusCode()).isEqualTo(400);
            assertThat(text(empty)).contains("text is missing");
            act(alice, "/admin/confirm/message-sessions?user=alice", Map.of("text", "You."));
            assertThat(client.receive()).isEqualTo(new TsguPacket.ServiceMessage("You."));
        }
    }

    @Test
    void aDrainBeginsAndEnds() throws Exception {
        Browser alice = signedIn("alice");
        act(alice, "/admin/confirm/drain", Map.of("deadline", ""));
        assertThat(text(alice.get("/admin/sessions"))).contains("The gateway takes no new sessions since");
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> open(client)))
                    .hasMessageContaining("503");
        }
        act(alice, "/admin/confirm/undrain", Map.of());
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            open(client);
        }
    }

    @Test
    void aFormWorksOnceInItsOwnSessionOnly() throws Exception {
        Browser alice = signedIn("alice");
        Browser other = signedIn("alice");
        String question = text(alice.get("/admin/confirm/drain"));
        String csrf = field(question, "csrf");
        String confirmation = field(question, "confirmation");
        Map<String, String> form = Map.of("csrf", csrf, "confirmation", confirmation);

        assertThat(alice.post("/admin/act", Map.of("csrf", "x", "confirmation", confirmation))
                        .statusCode())
                .isEqualTo(403);
        assertThat(alice.post("/admin/act", form, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(alice.postWithout("/admin/act", form).statusCode())
                .as("no origin")
                .isEqualTo(403);
        assertThat(alice.post("/admin/act", Map.of("csrf", csrf, "confirmation", "x"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(other.post("/admin/act", form).statusCode())
                .as("another session's form")
                .isEqualTo(403);
        assertThat(other.post("/admin/act", Map.of("csrf", other.csrf("/admin/sessions"), "confirmation", confirmation))
                        .statusCode())
                .as("another session's question")
                .isEqualTo(403);
        assertThat(text(alice.get("/admin/sessions"))).doesNotContain("takes no new sessions");
        assertThat(alice.post("/admin/act", form).statusCode()).isEqualTo(303);
        assertThat(text(alice.get("/admin/sessions"))).contains("takes no new sessions");
        act(alice, "/admin/confirm/undrain", Map.of());

        HttpResponse<byte[]> again = alice.post("/admin/act", form);

        assertThat(again.statusCode()).isEqualTo(403);
        assertThat(text(again)).contains("was sent before");
        assertThat(text(alice.get("/admin/sessions"))).doesNotContain("takes no new sessions since");
        gateway.awaitAudit("admin.refused", "a form that was sent before");
    }

    @ParameterizedTest
    @CsvSource({"viewer,403,403", "operator,200,403", "admin,200,200"})
    void aRoleMayDoWhatItMayDoAtTheApi(String role, int message, int drain) throws Exception {
        assertThat(gateway.reload(tables(role))).isInstanceOf(ReloadAnswer.Applied.class);
        Browser alice = signedIn("alice");

        String page = text(alice.get("/admin/sessions"));

        assertThat(page.contains("/admin/confirm/message-sessions")).isEqualTo(message == 200);
        assertThat(page.contains("/admin/confirm/drain")).isEqualTo(drain == 200);
        assertThat(alice.get("/admin/confirm/message-sessions").statusCode()).isEqualTo(message);
        assertThat(alice.get("/admin/confirm/drain").statusCode()).isEqualTo(drain);
        assertThat(alice.get("/admin/grants").statusCode()).isEqualTo(200);
        assertThat(alice.get("/admin/confirm/revoke-grant?grant=0123456789").statusCode())
                .isEqualTo(message == 200 ? 404 : 403);
        assertThat(alice.get("/admin/device-tickets").statusCode()).isEqualTo(200);
        assertThat(alice.get("/admin/confirm/revoke-device-ticket?ticket=0123456789")
                        .statusCode())
                .isEqualTo(message == 200 ? 404 : 403);
    }

    @Test
    void aRoleThatIsTakenAwayWhileAFormIsOpenCounts() throws Exception {
        Browser alice = signedIn("alice");
        String question = text(alice.get("/admin/confirm/drain"));
        gateway.reload(tables("operator"));

        HttpResponse<byte[]> answer = alice.post(
                "/admin/act", Map.of("csrf", field(question, "csrf"), "confirmation", field(question, "confirmation")));

        assertThat(answer.statusCode()).isEqualTo(403);
        gateway.awaitAudit("admin.refused", "\"rdgw.admin.operation\":\"drain\"", "needs the role admin");
    }

    @Test
    void whoSignedInLongAgoSignsInAgainAndDesktopsGoOn() throws Exception {
        gateway.close();
        gateway = TestGateway.at(clock, tables("admin"));
        Browser alice = signedIn("alice");
        String question = text(alice.get("/admin/confirm/drain"));
        clock.advance(Duration.ofMinutes(31));

        HttpResponse<byte[]> late = alice.post(
                "/admin/act", Map.of("csrf", field(question, "csrf"), "confirmation", field(question, "confirmation")));

        assertThat(late.statusCode()).isEqualTo(403);
        HttpResponse<byte[]> asked = alice.get("/admin/confirm/drain");
        assertThat(asked.statusCode()).isEqualTo(403);
        assertThat(text(asked)).contains("sign in again");
        assertThat(alice.get("/admin/sessions").statusCode())
                .as("reading goes on")
                .isEqualTo(200);
        HttpResponse<byte[]> leave = alice.post("/admin/sign-in-again", Map.of("csrf", field(text(asked), "csrf")));
        assertThat(leave.headers().firstValue("Location")).hasValue("/signin?return_to=%2Fadmin%2Fsessions");
        assertThat(alice.signIn("alice", TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        assertThat(alice.get("/admin/confirm/drain").statusCode()).isEqualTo(200);
        assertThat(gateway.audit()).noneMatch(line -> line.contains("sign-out"));
    }

    @Test
    void aPageThatAsksByItselfKeepsNoSessionAliveAndIsAuditedOnce() throws Exception {
        gateway.close();
        gateway = TestGateway.at(clock, tables("admin").replace("[portal]", "[portal]\nidle-timeout = \"20m\""));
        Browser alice = signedIn("alice");
        alice.get("/admin/sessions");
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofMinutes(6));
            assertThat(alice.get("/admin/sessions", "Gatehouse-Refresh", "1").statusCode())
                    .isEqualTo(200);
        }
        clock.advance(Duration.ofMinutes(6));
        assertThat(alice.get("/admin/sessions", "Gatehouse-Refresh", "1").statusCode())
                .isEqualTo(404);
        alice.signIn("bob", "wrong");
        gateway.awaitAudit("sign-in.refused");
        assertThat(gateway.audit())
                .filteredOn(line -> line.contains("list-sessions"))
                .hasSize(1);
    }

    /** The header of a page that asks by itself hides nothing that its session has not opened. */
    @Test
    void whoPretendsThatAPageAsksByItselfIsAudited() throws Exception {
        Browser alice = signedIn("alice");
        for (String address : List.of("/admin/audit?user=bob", "/admin/failures", "/admin/sessions?user=carol")) {
            assertThat(alice.get(address, "Gatehouse-Refresh", "1").statusCode())
                    .isEqualTo(200);
        }
        gateway.awaitAudit("admin.call", "list-audit");
        gateway.awaitAudit("admin.call", "list-failures");
        gateway.awaitAudit("admin.call", "list-sessions");
    }

    @Test
    void aReloadGivesAndTakesRights() throws Exception {
        Browser alice = signedIn("alice");
        Browser bob = signedIn("bob");
        assertThat(alice.get("/admin/sessions").statusCode()).isEqualTo(200);

        gateway.reload(tables("admin").replace("users = [\"alice\"]", "users = [\"bob\"]"));

        assertThat(alice.get("/admin/sessions").statusCode()).isEqualTo(404);
        assertThat(bob.get("/admin/sessions").statusCode()).isEqualTo(200);
        gateway.reload(tables("admin").replace("users = [\"alice\"]", "groups = [\"staff\"]\nmfa = true"));
        assertThat(bob.get("/admin/sessions").statusCode())
                .as("no second factor")
                .isEqualTo(404);
        gateway.reload(tables("admin").replace("users = [\"alice\"]", "groups = [\"staff\"]\nmethods = [\"basic\"]"));
        assertThat(bob.get("/admin/sessions").statusCode()).isEqualTo(200);
        gateway.reload(tables("admin").replace("users = [\"alice\"]", "groups = [\"staff\"]\nmethods = [\"ntlm\"]"));
        assertThat(bob.get("/admin/sessions").statusCode()).isEqualTo(404);
    }

    @Test
    void theRulesAreExplained() throws Exception {
        Browser alice = signedIn("alice");
        signedIn("bob");

        String rules = text(alice.get("/admin/rules"));
        assertThat(rules).contains("staff to this machine", "<dd><bdi>staff</bdi></dd>", "<dd><bdi>*</bdi></dd>");
        String bob = text(alice.get("/admin/rules?user=bob&target=127.0.0.1"));
        assertThat(bob).contains("Allowed", "bob (groups: staff)", "decides");
        String carol = text(alice.get("/admin/rules?user=carol&target=127.0.0.1&nothing-else=yes"));
        assertThat(carol).contains("Denied", "the user is not among its users and groups", "carol (no groups)");
        assertThat(text(alice.get("/admin/rules?user=carol&target=127.0.0.1&groups=x,%20staff")))
                .contains("Allowed");
        assertThat(text(alice.get("/admin/rules?user=carol&target=a%20b"))).contains("target: ");
        assertThat(text(alice.get("/admin/rules?user=a%5Cb%5Cc&target=x"))).contains("user: ");
        assertThat(text(alice.get("/admin/rules?user=bob&target=x&from=x"))).contains("from: ");
        gateway.awaitAudit("admin.call", "\"rdgw.admin.operation\":\"explain\"", "\"rdgw.admin.subject\":\"carol\"");
    }

    @Test
    void whatIsNotKnownOfAUserIsNotTakenForGranted() throws Exception {
        Browser alice = signedIn("alice");
        assertThat(text(alice.get("/admin/rules?user=carol&target=127.0.0.1")))
                .contains("Not known: denied, unless a rule applies", "not all groups of the user are known");
        assertThat(text(alice.get("/admin/rules?user=carol&target=nowhere.invalid&nothing-else=yes")))
                .contains("Denied")
                .doesNotContain("Not known: ");
        gateway.reload(tables("admin").replace("targets = [", "targets = [\"*.invalid\", "));
        signedIn("bob");
        assertThat(text(alice.get("/admin/rules?user=bob&target=nowhere.invalid")))
                .contains("Not known: allowed by name, but the target has no address");
    }

    /** The token of dora, who is connected, does not say whether she is a contractor. */
    @Test
    void aRuleThatDeniesInDoubtIsShownAsSuch() throws Exception {
        Identity dora = new Identity(
                        "oidc", "oidc", "dora", Optional.empty(), Optional.empty(), Set.of("staff"), Set.of(), Set.of())
                .extracted(new Identity.Extract(Optional.of("0123456789abcdef0123456789abcdef"), Optional.empty()));
        String token = gateway.token(dora, "dora-1", target.port(), Instant.now());
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build())) {
            open(client);
            gateway.reload("""
                    [policy]
                    end-on-reload = false
                    [[policy.rule]]
                    name = "no contractors"
                    action = "deny"
                    groups = ["contractors"]
                    targets = ["*"]
                    """ + tables("admin"));
            Browser alice = signedIn("alice");
            assertThat(text(alice.get("/admin/rules?user=dora&target=127.0.0.1:" + target.port())))
                    .contains("Not known: denied", "no contractors", "denies in doubt", "the token does not say it");
        }
    }

    @Test
    void theTrailIsFilteredAndExported() throws Exception {
        new Browser(gateway.tls()).signIn("mallory", "wrong");
        Browser alice = signedIn("alice");
        gateway.awaitAudit("sign-in.accepted");

        String failures = text(alice.get("/admin/failures"));
        assertThat(failures).contains("1 failure", "mallory", "Sign-in", "not-known");
        assertThat(failures).contains("<a href=\"https://docs.example.com/g/troubleshooting.md#a-sign-in-is-refused\"");
        gateway.log()
                .record(new AuditEvent.Refused(
                        new AuditEvent.Origin("1", InetAddress.getLoopbackAddress(), Optional.empty(), "http"),
                        AuditEvent.Stage.TARGET,
                        Optional.empty(),
                        Optional.of("pc1:3389"),
                        "E_PROXY_RAP_ACCESSDENIED",
                        "no rule"));
        assertThat(text(alice.get("/admin/failures")))
                .contains("error-codes.md#codes-that-the-gateway-sends:~:text=E_PROXY_RAP_ACCESSDENIED", "Access rule");
        assertThat(text(alice.get("/admin/audit?user=MALL"))).contains("1 event");
        assertThat(text(alice.get("/admin/audit?source=127.0.0.0/8&action=sign-in.accepted")))
                .contains("1 event");
        assertThat(text(alice.get("/admin/audit?source=10.0.0.0/8"))).contains("No events");
        assertThat(text(alice.get("/admin/audit?outcome=failure"))).contains("2 events");
        assertThat(text(alice.get("/admin/audit?to=2020-01-01T00:00"))).contains("No events");
        assertThat(text(alice.get("/admin/audit?from=2020-01-01T00:00&outcome=failure")))
                .contains("2 events");
        assertThat(text(alice.get("/admin/audit?from=x"))).contains("from: no time");
        assertThat(text(alice.get("/admin/audit")))
                .contains(gateway.folder().resolve("audit.jsonl").toString());
        HttpResponse<byte[]> csv = alice.get("/admin/audit.csv?user=mallory");
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"gatehouse-audit.csv\"");
        assertThat(text(csv).lines()).hasSize(2).last().asString().contains("\"sign-in.refused\",\"failure\"");
        assertThat(text(alice.get("/admin/audit.jsonl?user=mallory")).lines())
                .singleElement()
                .asString()
                .startsWith("{\"@timestamp\":");
        gateway.awaitAudit("\"rdgw.admin.operation\":\"export-audit\"", "user=mallory");
    }

    @Test
    void theNextPageHasTheFilterOfTheFirst() throws Exception {
        Browser alice = signedIn("alice");
        List<GatewayClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 51; i++) {
                clients.add(gateway.client(Transport.WEBSOCKET));
                open(clients.getLast());
            }
            String first = text(alice.get("/admin/sessions?user=a*&sort=oldest&rule=staff+to+this+machine"));
            assertThat(first)
                    .contains("51 sessions")
                    .doesNotContain(Messages.of("en").text("admin.first"));
            String next = first.replaceAll("(?s).*id=\"next\" href=\"([^\"]+)\".*", "$1")
                    .replace("&amp;", "&");
            assertThat(next).contains("&user=a*", "&sort=oldest", "&rule=staff+to+this+machine");

            String second = text(alice.get(next));
            assertThat(second.split("<a id=\"show-", -1)).hasSize(2);
            assertThat(second)
                    .contains("51 sessions", "value=\"a*\"")
                    .contains(Messages.of("en").text("admin.first"))
                    .doesNotContain("id=\"next\"");
        } finally {
            clients.forEach(GatewayClient::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"sort=x,400", "source=nowhere,400", "user=a%5Cb%5Cc,400", "cursor=x,200", "target=%00,200"})
    void aFilterThatCannotBeReadIsSaid(String query, int status) throws Exception {
        HttpResponse<byte[]> page = signedIn("alice").get("/admin/sessions?" + query);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(text(page)).contains("No sessions");
    }

    private static String line(String audit) {
        return Stream.of("http.response.status_code", "rdgw.admin.operation", "rdgw.admin.subject")
                .map(name -> audit.contains("\"" + name + "\"")
                        ? audit.replaceAll(".*\"" + Pattern.quote(name) + "\":\"?([^\",]*).*", "$1")
                        : "-")
                .collect(Collectors.joining(" "));
    }

    /** Beside it, the files of others stay, and users without a role do not find the page. */
    @Test
    void anAdministratorFindsAndRevokesTheFileOfAnybody() throws Exception {
        Browser bob = signedIn("bob");
        for (String device : List.of("Laptop <b>", "Phone")) {
            assertThat(bob.post(
                                    "/devices/file",
                                    Map.of("csrf", bob.csrf("/devices"), "desktop", "echo", "device", device))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(bob.get("/admin/device-tickets").statusCode()).isEqualTo(404);
        Browser alice = signedIn("alice");
        assertThat(text(alice.get("/admin/device-tickets"))).contains("Laptop &lt;b&gt;", ">Phone<");
        assertThat(text(alice.get("/admin/device-tickets?user=alice"))).doesNotContain(">Phone<");
        String found = text(alice.get("/admin/device-tickets?user=b*&device=lap*&desktop=echo"));
        assertThat(found).contains("Laptop &lt;b&gt;").doesNotContain(">Phone<");
        String id = found.replaceAll("(?s).*id=\"ticket-([0-9a-f]{10})\".*", "$1");

        assertThat(act(alice, "/admin/confirm/revoke-device-ticket?ticket=" + id, Map.of())
                        .statusCode())
                .isEqualTo(303);

        assertThat(text(alice.get("/admin/device-tickets")))
                .contains("The device ticket was revoked.", ">Phone<")
                .doesNotContain("Laptop &lt;b&gt;");
        assertThat(text(bob.get("/devices"))).contains("Phone").doesNotContain("Laptop");
        gateway.awaitAudit("device-ticket.revoked", id, "\"user.name\":\"alice\"", "revoked by an administrator");
        gateway.awaitAudit("admin.call", "\"rdgw.admin.operation\":\"revoke-device-ticket\"", id);
        assertThat(alice.get("/admin/confirm/revoke-device-ticket?ticket=" + id).statusCode())
                .isEqualTo(404);
    }

    /** Whatever the answer is: pages, pages that do not exist, filters and forms that cannot be read, actions. */
    @Test
    void everyRequestLeavesOneLineWithTheStatusOfItsAnswer() throws Exception {
        Browser alice = signedIn("alice");
        List<String> expected = new ArrayList<>();
        for (String[] request : new String[][] {
            {"/admin", "303", "open -"},
            {"/admin/sessions", "200", "list-sessions -"},
            {"/admin/sessions?source=x", "400", "list-sessions -"},
            {"/admin/sessions/nosuch", "404", "show-session nosuch"},
            {"/admin/users", "200", "list-blocks -"},
            {"/admin/grants", "200", "list-grants -"},
            {"/admin/confirm/revoke-grant?grant=0123456789", "404", "revoke-grant 0123456789"},
            {"/admin/device-tickets", "200", "list-device-tickets -"},
            {"/admin/device-tickets?cursor=x", "400", "list-device-tickets -"},
            {"/admin/confirm/revoke-device-ticket?ticket=0123456789", "404", "revoke-device-ticket 0123456789"},
            {"/admin/activity", "200", "show-activity -"},
            {"/admin/rules", "200", "list-rules -"},
            {"/admin/rules?user=bob&target=127.0.0.1", "200", "explain bob"},
            {"/admin/rules?user=bob&target=a%20b", "400", "explain bob"},
            {"/admin/failures", "200", "list-failures -"},
            {"/admin/audit?from=x", "400", "list-audit -"},
            {"/admin/audit.csv", "200", "export-audit csv"},
            {"/admin/audit.jsonl?source=x", "400", "export-audit jsonl"},
            {"/admin/confirm/drain", "200", "show-confirmation -"},
            {"/admin/confirm/end-user?user=bob", "200", "show-confirmation bob"},
            {"/admin/confirm/end-session?session=nosuch", "404", "end-session nosuch"},
            {"/admin/confirm/nosuch", "404", "unknown /admin/confirm/nosuch"},
        }) {
            assertThat(alice.get(request[0]).statusCode()).as(request[0]).isEqualTo(Integer.parseInt(request[1]));
            expected.add(request[1] + " " + request[2]);
        }
        assertThat(alice.ask("PUT", "/admin/users").statusCode()).isEqualTo(405);
        expected.add("405 unknown /admin/users");
        String csrf = alice.csrf("/admin/users");
        expected.add("200 list-blocks -");
        assertThat(alice.post("/admin/act", Map.of("csrf", csrf, "confirmation", "x"))
                        .statusCode())
                .isEqualTo(403);
        expected.add("403 unknown -");
        assertThat(act(alice, "/admin/confirm/block-user?user=bob", Map.of()).statusCode())
                .isEqualTo(400);
        expected.addAll(List.of("200 show-confirmation bob", "400 block-user bob"));
        assertThat(act(alice, "/admin/confirm/unblock-user?user=bob", Map.of()).statusCode())
                .isEqualTo(404);
        expected.addAll(List.of("200 show-confirmation bob", "404 unblock-user bob"));
        assertThat(alice.post("/admin/sign-in-again", Map.of("csrf", csrf)).statusCode())
                .isEqualTo(303);
        expected.add("303 sign-in-again -");

        gateway.awaitAudit("sign-in-again");
        assertThat(gateway.audit().stream()
                        .filter(audit -> audit.contains("\"event.action\":\"admin."))
                        .map(AdminAreaTest::line))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void aCertificateThatIsNotInForceIsToldWithItsReason() throws Exception {
        Browser alice = signedIn("alice");
        assertThat(text(alice.get("/admin/sessions"))).doesNotContain("TLS certificate:");
        Path beside = Files.createDirectory(gateway.folder().resolve("beside"));
        TestCertificate.other().writeTo(beside);
        Files.move(
                beside.resolve("gateway.pem"),
                gateway.folder().resolve("gateway.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        Await.until("the reason", () -> {
            String page = text(alice.get("/admin/sessions"));
            return page.contains("TLS certificate:") && page.contains("the key does not belong to the certificate");
        });
    }
}
