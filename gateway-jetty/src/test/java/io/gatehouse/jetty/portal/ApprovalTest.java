package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.net.Target;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connections that wait until somebody answers at the portal, through the front door of a real gateway. Each test comes
 * from an address of its own, since approvals and refusals belong to an address.
 */
@Timeout(60)
class ApprovalTest {
    private static final int RAP_DENIED = 0x800759DA;
    private static final int NAP_DENIED = 0x800759DB;
    private static final int LATER = 0x800759D8;
    private static final int SHOWS_NO_MESSAGE = 0x800759E9;
    private static final int WITHOUT_MESSAGES = 0x0A;
    private static final String RULES = """
            [[policy.rule]]
            name = "own"
            groups = ["staff"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = "self"
            [[policy.rule]]
            name = "guests"
            groups = ["guests"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = { groups = ["staff"] }
            approval-without-number = "refuse"
            """;

    private static TestGateway gateway;
    private static EchoTarget target;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start(Browser.PORTAL + "[approval]\nclient-wait = \"1m\"\n" + RULES);
        target = new EchoTarget();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        target.close();
    }

    private static InetAddress from(int last) {
        return InetAddress.ofLiteral("127.0.3." + last);
    }

    private static ClientOptions.Builder options(String user, int source) {
        return gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .localAddress(from(source));
    }

    private static Browser browser(String user) throws Exception {
        return Browser.signedIn(gateway, user);
    }

    private static WaitingClient waiting(ClientOptions options, String name) throws Exception {
        return new WaitingClient(options, name, "127.0.0.1", target.port());
    }

    private static WaitingClient waiting(String user, int source) throws Exception {
        return waiting(options(user, source).build(), "laptop-of-" + user);
    }

    private static String page(Browser browser) throws Exception {
        return new String(browser.get("/approve").body(), StandardCharsets.UTF_8);
    }

    /** The id of the question about a client at this address, once it is on the page. */
    private static String question(Browser browser, int source) throws Exception {
        String[] id = {""};
        Await.until("a question about " + from(source), () -> {
            for (String article : page(browser).split("<article ", -1)) {
                Matcher found = Pattern.compile("data-question=\"([^\"]+)\"").matcher(article);
                if (article.contains(from(source).getHostAddress() + "<") && found.find()) {
                    id[0] = found.group(1);
                }
            }
            return !id[0].isEmpty();
        });
        return id[0];
    }

    /** How many connections the page says to have seen. */
    private static String seen(Browser browser, String question) throws Exception {
        Matcher seen = Pattern.compile(
                        "value=\"" + question + "\">\\s*<input type=\"hidden\" name=\"seen\" value=\"(\\d+)\"")
                .matcher(page(browser));
        return seen.find() ? seen.group(1) : "0";
    }

    private static HttpResponse<byte[]> answer(Browser browser, String question, String reply, String... headers)
            throws Exception {
        String csrf = browser.csrf("/approve");
        return browser.post(
                "/approve/answer",
                Map.of("csrf", csrf, "question", question, "seen", seen(browser, question), "reply", reply),
                headers);
    }

    /** Both steps of an approval without a number. */
    private static HttpResponse<byte[]> approveWithoutNumber(Browser browser, String question) throws Exception {
        HttpResponse<byte[]> asked = answer(browser, question, "none");
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(new String(asked.body(), StandardCharsets.UTF_8)).contains("Approve without a number?", "required>");
        return browser.post(
                "/approve/answer",
                Map.of(
                        "csrf",
                        browser.csrf("/approve"),
                        "question",
                        question,
                        "step",
                        "confirm",
                        "seen",
                        seen(browser, question),
                        "reply",
                        "none",
                        "sure",
                        "yes"));
    }

    private static String wrong(Browser browser, String question, String right) throws Exception {
        String article =
                page(browser).split("data-question=\"" + question + "\"", 2)[1].split("</article>", 2)[0];
        return Pattern.compile("name=\"reply\" value=\"(\\d\\d)\"")
                .matcher(article)
                .results()
                .map(found -> found.group(1))
                .filter(number -> !number.equals(right))
                .findFirst()
                .orElseThrow();
    }

    private static void assertIsNotAskedAgain(int source) throws Exception {
        try (GatewayClient again = new GatewayClient(options("alice", source).build())) {
            again.open("pc", List.of("127.0.0.1"), target.port());
        }
    }

    @ParameterizedTest
    @CsvSource({"WEBSOCKET,10", "DUAL_CHANNEL,13"})
    void theRightNumberLetsTheConnectionThroughAndTheNextOneIsNotAsked(Transport transport, int source)
            throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient waiting =
                waiting(options("alice", source).transport(transport).build(), "laptop-of-alice")) {
            String question = question(browser, source);
            Await.until("the name of the client", () -> page(browser).contains("laptop-of-alice"));
            assertThat(waiting.isWaiting()).isTrue();
            assertThat(page(browser))
                    .contains(">" + waiting.number() + "</button>")
                    .contains("127.0.0.1 (*)");

            assertThat(answer(browser, question, waiting.number()).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isZero();
        }
        assertIsNotAskedAgain(source);
        gateway.awaitAudit("approval.asked", from(source).getHostAddress() + "\"", "\"rdgw.policy.rule\":\"own\"");
        gateway.awaitAudit("approval.given", "\"user.name\":\"alice\"");
        try (WaitingClient elsewhere = waiting("alice", source + 2)) {
            assertThat(elsewhere.isWaiting()).as("another address").isTrue();
        }
    }

    @Test
    void aWrongNumberRefusesTheConnectionAndTheUserIsNotAskedAgainSoon() throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient waiting = waiting("alice", 20)) {
            String question = question(browser, 20);
            String wrong = wrong(browser, question, waiting.number());
            assertThat(answer(browser, question, wrong).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isEqualTo(NAP_DENIED);
            assertThat(answer(browser, question, waiting.number()).statusCode())
                    .as("the right number after it")
                    .isEqualTo(409);
        }
        try (WaitingClient again = waiting("alice", 20)) {
            assertThat(again.code()).isEqualTo(RAP_DENIED);
        }
        gateway.awaitAudit("approval.refused", "alice chose a number that the client does not show");
        gateway.awaitAudit("resource.denied", "approval refused not long ago", "127.0.3.20");
        gateway.awaitAudit("approval.denied", "no such question is open");
    }

    @Test
    void aConnectionThatIsNotTheUsersIsRefusedAndStandsInTheAuditLog() throws Exception {
        Browser browser = browser("bob");
        try (WaitingClient waiting = waiting("bob", 30)) {
            assertThat(answer(browser, question(browser, 30), "not-me").statusCode())
                    .isEqualTo(303);
            assertThat(waiting.code()).isEqualTo(NAP_DENIED);
        }
        gateway.awaitAudit("approval.not-me", "\"event.outcome\":\"failure\"", "\"rdgw.approval.of\":\"bob\"");
        gateway.awaitAudit("connection.denied", "bob says that it was somebody else", "127.0.3.30");
    }

    @Test
    void nobodyElseAnswersAndNoOtherSiteDoes() throws Exception {
        Browser alice = browser("alice");
        Browser bob = browser("bob");
        try (WaitingClient waiting = waiting("alice", 40)) {
            String question = question(alice, 40);
            assertThat(page(bob)).doesNotContain(question);
            for (String reply : List.of(waiting.number(), "none", "refuse", "not-me")) {
                assertThat(answer(bob, question, reply).statusCode()).as(reply).isEqualTo(403);
            }
            gateway.awaitAudit("approval.denied", "bob is no approver");
            assertThat(answer(alice, question, waiting.number(), "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .as("from another site")
                    .isEqualTo(403);
            assertThat(alice.post(
                                    "/approve/answer",
                                    Map.of(
                                            "csrf",
                                            bob.csrf("/approve"),
                                            "question",
                                            question,
                                            "reply",
                                            waiting.number()))
                            .statusCode())
                    .as("the form of another session")
                    .isEqualTo(403);
            assertThat(alice.get("/approve/answer?question=" + question + "&reply=" + waiting.number())
                            .statusCode())
                    .as("a link")
                    .isEqualTo(405);
            assertThat(new Browser(gateway.tls())
                            .post("/approve/answer", Map.of("question", question, "reply", waiting.number()))
                            .headers()
                            .firstValue("Location"))
                    .as("a browser without a session")
                    .contains("/signin");
            assertThat(waiting.isWaiting()).isTrue();
            assertThat(answer(alice, question, waiting.number()).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isZero();
        }
    }

    @Test
    void somebodyElseApprovesGuestsWhoAreAskedForTheirNumber() throws Exception {
        Browser alice = browser("alice");
        Browser carol = browser("carol");
        try (WaitingClient waiting = waiting("carol", 50)) {
            String question = question(alice, 50);
            assertThat(page(carol)).contains(question).doesNotContain(">" + waiting.number() + "</button>");
            assertThat(answer(carol, question, waiting.number()).statusCode()).isEqualTo(403);
            assertThat(answer(alice, question, "none").statusCode()).isEqualTo(403);
            assertThat(answer(alice, question, waiting.number()).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isZero();
        }
        try (GatewayClient silent = new GatewayClient(
                options("carol", 51).capabilities(WITHOUT_MESSAGES).build())) {
            assertThatThrownBy(() -> silent.open("pc", List.of("127.0.0.1"), target.port()))
                    .isInstanceOfSatisfying(
                            TunnelException.class,
                            refused -> assertThat(refused.code()).isEqualTo(SHOWS_NO_MESSAGE));
        }
    }

    @Test
    void clientsThatShowNoMessageWaitTheSameWay() throws Exception {
        Browser browser = browser("bob");
        try (WaitingClient waiting =
                waiting(options("bob", 60).capabilities(WITHOUT_MESSAGES).build(), "silent")) {
            assertThat(waiting.number()).isEmpty();
            String question = question(browser, 60);
            assertThat(waiting.isWaiting()).isTrue();
            assertThat(page(browser)).contains("says that it shows no messages").doesNotContain("class=\"numbers\"");
            assertThat(answer(browser, question, "11").statusCode())
                    .as("a guess")
                    .isEqualTo(403);
            assertThat(approveWithoutNumber(browser, question).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isZero();
        }
        gateway.awaitAudit("approval.given", "\"rdgw.approval.how\":\"without-number\"");
        gateway.awaitAudit("session.start", "\"rdgw.approval.how\":\"without-number\"", "127.0.3.60");
    }

    /** Any client can say that it shows no messages, so nobody is let in that way in silence. */
    @Test
    void whoIsExemptIsLetInAndStandsInTheAuditLog() throws Exception {
        try (TestGateway lenient = TestGateway.start(Browser.PORTAL + "[approval]\nclient-wait = \"1m\"\n"
                + TestGateway.RULE + "approval = \"self\"\napproval-without-number = \"exempt\"\n")) {
            try (GatewayClient silent = new GatewayClient(lenient.options(Transport.WEBSOCKET)
                    .capabilities(WITHOUT_MESSAGES)
                    .build())) {
                silent.open("pc", List.of("127.0.0.1"), target.port());
            }
            lenient.awaitAudit(
                    "approval.exempt",
                    "\"user.name\":\"alice\"",
                    "\"rdgw.policy.rule\":\"staff to this machine\"",
                    "\"destination.port\":" + target.port());
            try (WaitingClient showing =
                    waiting(lenient.options(Transport.WEBSOCKET).build(), "laptop")) {
                ApprovingBrowser approver = ApprovingBrowser.signedIn(lenient, "alice");
                lenient.awaitAudit("approval.asked", "\"rdgw.policy.rule\":\"staff to this machine\"");
                assertThat(showing.isWaiting()).isTrue();
                approver.approveWithoutNumber();
                assertThat(showing.code()).isZero();
            }
            lenient.awaitAudit("session.start", "\"rdgw.approval.by\":\"alice\"");
            assertThat(lenient.audit())
                    .filteredOn(line -> line.contains("approval.exempt"))
                    .as("the client that shows messages is not exempt")
                    .hasSize(1);
        }
    }

    @Test
    void aClientThatGoesAwayTakesItsQuestionWithIt() throws Exception {
        Browser browser = browser("bob");
        String question;
        try (WaitingClient waiting = waiting("bob", 70);
                WaitingClient second = waiting("bob", 70)) {
            question = question(browser, 70);
            assertThat(second.number()).isEqualTo(waiting.number());
            waiting.abort();
            assertThat(page(browser)).contains(question);
        }
        Await.until("the end of the question", () -> !page(browser).contains(question));
        assertThat(answer(browser, question, "none").statusCode()).isEqualTo(409);
        assertThat(gateway.audit())
                .filteredOn(line -> line.contains("approval.asked") && line.contains("127.0.3.70\""))
                .as("two connections are one question")
                .hasSize(1);
    }

    @Test
    void aTokenSaysWhichTargetItIsForBeforeItsClientDoes() throws Exception {
        Browser browser = browser("bob");
        String token = gateway.token(
                Identity.local("local", "basic", "bob", Set.of("staff"), Set.of()),
                new Target("127.0.0.1", target.port()),
                Instant.now().plusSeconds(1)); // the gateway may have started in this second
        try (GatewayClient client = new GatewayClient(options("bob", 80)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build())) {
            client.connect();
            client.handshake();
            assertThat(client.createTunnel().consentMessage()).isPresent();
            question(browser, 80);
            assertThat(page(browser)).contains("127.0.0.1:" + target.port());
        }
    }

    private static ClientOptions byToken(TestGateway at, int port) {
        String token = at.token(
                Identity.local("local", "basic", "alice", Set.of("staff"), Set.of()),
                new Target("127.0.0.1", port),
                Instant.now().plusSeconds(1)); // the gateway may have started in this second
        return at.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build();
    }

    /** A user with another desktop that needs none is asked as early as others, and not asked where nobody need be. */
    @Test
    void aTokenIsToldAboutTheApprovalOfItsOwnDesktopOnly() throws Exception {
        try (EchoTarget free = new EchoTarget();
                TestGateway two = TestGateway.start(Browser.PORTAL + """
                        [approval]
                        client-wait = "1m"
                        [[policy.rule]]
                        name = "own"
                        targets = ["127.0.0.1"]
                        ports = ["%d"]
                        approval = "self"
                        [[policy.rule]]
                        name = "free"
                        targets = ["127.0.0.1"]
                        ports = ["%d"]
                        """.formatted(target.port(), free.port()))) {
            try (WaitingClient unasked =
                    new WaitingClient(byToken(two, free.port()), "laptop", "127.0.0.1", free.port())) {
                assertThat(unasked.number()).isEmpty();
                assertThat(unasked.code()).isZero();
            }
            assertThat(two.audit()).noneMatch(line -> line.contains("approval.asked"));
            Browser browser = Browser.signedIn(two, "alice");
            try (GatewayClient asked = new GatewayClient(byToken(two, target.port()))) {
                asked.connect();
                asked.handshake();
                assertThat(asked.createTunnel().consentMessage())
                        .hasValueSatisfying(text -> assertThat(text).doesNotContain("Some desktops"));
                Await.until(
                        "a question before the client asks for a target",
                        () -> page(browser).contains("127.0.0.1:" + target.port()));
            }
        }
    }

    /** Or it would be answered in vain: by a rule of before nobody is let in. */
    @Test
    void aQuestionWhoseRuleAReloadChangedIsAskedAgainByTheRuleOfNow() throws Exception {
        String tables = Browser.PORTAL + "[approval]\nclient-wait = \"1m\"\n";
        try (TestGateway changing = TestGateway.start(tables + RULES)) {
            Browser browser = Browser.signedIn(changing, "alice");
            Browser bob = Browser.signedIn(changing, "bob");
            ClientOptions.Builder options = changing.options(Transport.WEBSOCKET);
            try (WaitingClient hers = waiting(options.localAddress(from(91)).build(), "laptop");
                    WaitingClient his = waiting(
                            options.credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                                    .localAddress(from(92))
                                    .build(),
                            "laptop")) {
                String before = question(browser, 91);
                String kept = question(bob, 92);
                changing.reload(tables + RULES + "# nothing else\n");
                assertThat(question(browser, 91)).isEqualTo(before);

                changing.reload(tables + RULES.replace("\"own\"", "\"renamed\""));

                Await.until("another question", () -> !question(browser, 91).equals(before));
                assertThat(answer(browser, before, hers.number()).statusCode()).isEqualTo(409);
                changing.awaitAudit(
                        "approval.closed",
                        before,
                        "\"own\"",
                        "the configuration was reloaded, and the question has no rule");
                String now = question(browser, 91);
                assertThat(answer(browser, now, hers.number()).statusCode()).isEqualTo(303);
                assertThat(hers.code()).isZero();
                assertThat(question(bob, 92)).isNotEqualTo(kept);
                assertThat(his.isWaiting()).isTrue();

                changing.reload(tables + RULES.replace("approval = \"self\"", ""));

                assertThat(his.code()).as("nobody need approve it any more").isZero();
            }
            assertThat(changing.audit())
                    .filteredOn(line -> line.contains("approval.given"))
                    .singleElement()
                    .asString()
                    .contains("\"renamed\"");
        }
    }

    @Test
    void withoutAnAnswerTheClientIsToldToComeAgainAndThenGoesThrough() throws Exception {
        try (TestGateway hasty = TestGateway.start(Browser.PORTAL + "[approval]\nclient-wait = \"1s\"\n" + RULES)) {
            ClientOptions options = hasty.options(Transport.WEBSOCKET).build();
            Browser browser = new Browser(hasty.tls());
            browser.signIn("alice", TestGateway.PASSWORD);
            try (WaitingClient waiting = waiting(options, "laptop")) {
                assertThat(waiting.code()).isEqualTo(LATER);
            }
            hasty.awaitAudit("tunnel.failed", "nobody answered within 1 s");
            Await.until("a question without a client", () -> page(browser).contains("told to try again later"));
            Matcher question = Pattern.compile("data-question=\"([^\"]+)\"").matcher(page(browser));
            assertThat(question.find()).isTrue();
            String number;
            try (WaitingClient early = waiting(options, "laptop")) {
                number = early.number();
                assertThat(early.code()).isEqualTo(LATER);
            }
            Map<String, String> form = Map.of(
                    "csrf",
                    browser.csrf("/approve"),
                    "question",
                    question.group(1),
                    "seen",
                    seen(browser, question.group(1)),
                    "reply",
                    number);
            assertThat(browser.post("/approve/answer", form).statusCode())
                    .as("the number of the question that is open still, while no client waits")
                    .isEqualTo(303);
            try (WaitingClient retry = waiting(options, "laptop")) {
                assertThat(retry.code()).isZero();
            }
            assertThat(browser.post("/approve/answer", form).statusCode())
                    .as("the same form again")
                    .isEqualTo(409);
            hasty.awaitAudit("approval.denied", "no such question is open");
            for (String once : List.of("approval.asked", "approval.given")) {
                assertThat(hasty.audit())
                        .filteredOn(line -> line.contains(once))
                        .as(once)
                        .hasSize(1);
            }
        }
    }

    @Test
    void signingOutEverywhereTakesApprovalsBack() throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient waiting = waiting("alice", 90)) {
            answer(browser, question(browser, 90), waiting.number());
            assertThat(waiting.code()).isZero();
        }
        browser.post("/signout-everywhere", Map.of("csrf", browser.csrf("/sessions")));
        try (WaitingClient again = waiting("alice", 90)) {
            question(browser("alice"), 90);
            assertThat(again.isWaiting()).isTrue();
            Browser other = browser("alice");
            other.post("/signout-everywhere", Map.of("csrf", other.csrf("/sessions")));
            assertThat(again.code()).isEqualTo(NAP_DENIED);
            gateway.awaitAudit("approval.closed", "\"alice\"", "the user signed out everywhere");
        }
    }

    /** One careless click approves nothing, even for clients that do not show what they say they show. */
    @Test
    void withoutTheNumberThereIsASecondStepThatMustBeConfirmed() throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient waiting = waiting("alice", 100)) {
            String question = question(browser, 100);
            HttpResponse<byte[]> step = answer(browser, question, "none");
            assertThat(step.statusCode()).isEqualTo(200);
            assertThat(new String(step.body(), StandardCharsets.UTF_8))
                    .contains(
                            "The RDP client says that it shows the number",
                            from(100).getHostAddress());
            Map<String, String> unconfirmed =
                    Map.of("csrf", browser.csrf("/approve"), "question", question, "reply", "none", "step", "confirm");
            assertThat(browser.post("/approve/answer", unconfirmed).statusCode())
                    .isEqualTo(400);
            assertThat(waiting.isWaiting()).isTrue();
            assertThat(page(browser)).contains(question);

            assertThat(approveWithoutNumber(browser, question).statusCode()).isEqualTo(303);
            assertThat(waiting.code()).isZero();
        }
        gateway.awaitAudit("session.start", "127.0.3.100\"", "\"rdgw.approval.how\":\"without-number\"");
    }

    @Test
    void thePageSaysHowManyWaitBehindOneAnswerAndTheSessionSaysWhoGaveIt() throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient mine = waiting(options("alice", 105).build(), "laptop");
                WaitingClient theirs = waiting(options("alice", 105).build(), "kali")) {
            String question = question(browser, 105);
            Await.until(
                    "both names",
                    () -> page(browser).contains("laptop, kali")
                            || page(browser).contains("kali, laptop"));
            assertThat(page(browser)).contains("2 connections wait for this answer");
            theirs.abort();
            Await.until("one name", () -> !page(browser).contains("kali"));
            assertThat(page(browser)).doesNotContain("connections wait for this answer");
            answer(browser, question, mine.number());
            assertThat(mine.code()).isZero();
            gateway.awaitAudit(
                    "session.start",
                    "127.0.3.105\"",
                    "\"rdgw.approval.id\":\"" + question + "\"",
                    "\"rdgw.approval.by\":\"alice\"",
                    "\"rdgw.approval.how\":\"number\"");
        }
    }

    @Test
    void theAnswerToOneQuestionOfAUserIsNoneToTheOthers() throws Exception {
        Browser browser = browser("alice");
        try (WaitingClient here = waiting("alice", 110);
                WaitingClient there = waiting("alice", 111);
                WaitingClient other = waiting("bob", 110)) {
            String ofHere = question(browser, 110);
            String ofThere = question(browser, 111);
            assertThat(answer(browser, ofHere, here.number()).statusCode()).isEqualTo(303);
            assertThat(here.code()).isZero();
            assertThat(there.isWaiting()).isTrue();
            assertThat(other.isWaiting()).isTrue();
            answer(browser, ofThere, "refuse");
            assertThat(there.code()).isEqualTo(NAP_DENIED);
        }
        assertIsNotAskedAgain(110);
    }

    /** A reload lets the target through while the client has yet to ask for it. */
    @Test
    void aQuestionEndsWhenTheChannelIsOpenByAnotherWay() throws Exception {
        String tables = Browser.PORTAL + "[approval]\nclient-wait = \"1s\"\n";
        try (TestGateway reloaded = TestGateway.start(tables + RULES);
                GatewayClient client = reloaded.client(Transport.WEBSOCKET)) {
            Browser browser = new Browser(reloaded.tls());
            browser.signIn("alice", TestGateway.PASSWORD);
            client.connect();
            client.handshake();
            assertThat(client.createTunnel().consentMessage()).isPresent();
            assertThat(page(browser)).contains("data-question");
            reloaded.reload(tables + TestGateway.RULE + RULES);
            assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
            assertThat(client.openChannel(List.of("127.0.0.1"), target.port()).errorCode())
                    .isZero();
            Await.until("the end of the question", () -> !page(browser).contains("data-question"));
        }
    }

    /** The name of the rule that a user has by a grant, which the approver gives. */
    private static String granted(TestGateway gateway, AccessBrowser user, AccessBrowser approver) throws Exception {
        List<String> before = requests(gateway);
        assertThat(user.ask("echo", "why")).isEqualTo(303);
        Await.until("the request", () -> requests(gateway).size() > before.size());
        String request = requests(gateway).getLast();
        assertThat(approver.answer(request, "approve")).isEqualTo(303);
        return "grant " + request;
    }

    private static List<String> requests(TestGateway gateway) throws IOException {
        return gateway.audit().stream()
                .filter(line -> line.contains("\"grant.asked\""))
                .map(line -> line.replaceFirst(".*\"rdgw.grant.id\":\"([0-9a-f]+)\".*", "$1"))
                .toList();
    }

    /** A grant says that a user may, an approval that it is the user, or that somebody agrees now. */
    @Test
    void aGrantTakesNoApprovalAwayThatARuleAsksFor() throws Exception {
        String tables = Browser.PORTAL + """
                [portal.grants]
                approver-groups = ["staff"]
                desktops = ["echo"]
                [[desktop]]
                name = "echo"
                host = "127.0.0.1"
                port = %d
                """.formatted(target.port());
        String rule = """
                [[policy.rule]]
                name = "bob, approved"
                users = ["bob"]
                targets = ["127.0.0.1"]
                ports = ["1-65535"]
                approval = "self"
                """;
        try (TestGateway granting = TestGateway.start(tables)) {
            AccessBrowser alice = AccessBrowser.signedIn(granting, "alice");
            String ofCarol = granted(granting, AccessBrowser.signedIn(granting, "carol"), alice);
            granted(granting, AccessBrowser.signedIn(granting, "bob"), alice);
            granting.reload(tables + rule);

            ClientOptions.Builder options = granting.options(Transport.WEBSOCKET);
            try (GatewayClient carol =
                    new GatewayClient(options.credentials(Credentials.ntlm("carol", TestGateway.PASSWORD))
                            .build())) {
                carol.open("pc", List.of("127.0.0.1"), target.port());
                granting.awaitAudit("session.start", "\"rdgw.policy.rule\":\"" + ofCarol + "\"");
            }
            try (WaitingClient bob = waiting(
                    options.credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                            .build(),
                    "laptop")) {
                ApprovingBrowser.signedIn(granting, "bob").approveWithoutNumber();
                assertThat(bob.code()).isZero();
                granting.awaitAudit(
                        "session.start", "\"rdgw.policy.rule\":\"bob, approved\"", "\"rdgw.approval.by\":\"bob\"");
            }
        }
    }

    /** A password opens neither, so it must not close anything: its thief would keep the user out. */
    @Test
    void whoLacksTheSecondFactorNeitherApprovesNorRefuses() throws Exception {
        String tables = Browser.PORTAL + "[approval]\nclient-wait = \"1m\"\n"
                + RULES.replace("\"self\"", "\"self\"\napproval-mfa = true");
        for (String factors : List.of("", "[portal.totp]\n")) {
            try (TestGateway strict = TestGateway.start(tables + factors);
                    WaitingClient waiting =
                            waiting(strict.options(Transport.WEBSOCKET).build(), "laptop")) {
                Browser thief = Browser.signedIn(strict, "alice");
                Await.until("a question", () -> page(thief).contains("data-question"));
                Matcher id = Pattern.compile("data-question=\"([^\"]+)\"").matcher(page(thief));
                assertThat(id.find()).isTrue();
                for (String reply : List.of(waiting.number(), "refuse")) {
                    assertThat(answer(thief, id.group(1), reply).statusCode()).isEqualTo(factors.isEmpty() ? 403 : 303);
                }
                Await.until(
                        "a line for each",
                        () -> strict.audit().stream()
                                        .filter(line ->
                                                line.contains("approval.denied") && line.contains("(approval-mfa)"))
                                        .count()
                                == 2);
                assertThat(answer(thief, id.group(1), "not-me").statusCode()).isEqualTo(200);
                strict.awaitAudit("approval.not-me", "by a sign-in that refuses nothing");
                assertThat(page(thief)).contains("says that this connection is somebody else");
                assertThat(waiting.isWaiting()).isTrue();
            }
        }
    }
}
