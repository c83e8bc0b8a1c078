package io.gatehouse.jetty.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.tsgu.RedirectionFlag;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuthResponse;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.portal.AccessBrowser;
import io.gatehouse.jetty.portal.Browser;
import io.gatehouse.testkit.provider.TestClock;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asking, answering, using and ending, through a real gateway: carol, a guest, asks, alice and bob answer. */
@Timeout(90)
class GrantsTest {
    private static final String TABLES = Browser.PORTAL + """
            [portal.grants]
            desktops = ["echo"]
            approver-groups = ["staff"]
            KEYS
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            port = PORT
            [[desktop]]
            name = "other"
            host = "127.0.0.1"
            port = 9
            """;

    private final TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private EchoTarget target;

    @BeforeEach
    void start() {
        target = new EchoTarget();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private String tables(String keys, String rules) {
        return TABLES.replace("KEYS", keys).replace("PORT", String.valueOf(target.port())) + rules;
    }

    private TestGateway gateway(String keys, String rules) throws Exception {
        return TestGateway.at(clock, tables(keys, rules));
    }

    private static GatewayClient carol(TestGateway gateway) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("carol", TestGateway.PASSWORD))
                .build());
    }

    private void open(GatewayClient client) throws Exception {
        client.connect();
        client.handshake();
        client.open("pc", List.of("127.0.0.1"), target.port());
        echo(client);
    }

    private boolean opens(GatewayClient client) throws IOException {
        try {
            client.open("pc", List.of("127.0.0.1"), target.port());
            return true;
        } catch (TunnelException _) {
            return false;
        }
    }

    private static void echo(GatewayClient client) throws Exception {
        client.send(new Data(ByteBuffer.wrap(new byte[] {7})));
        assertThat(client.receive()).isEqualTo(new Data(ByteBuffer.wrap(new byte[] {7})));
    }

    private void assertRefused(TestGateway gateway) throws Exception {
        try (GatewayClient client = carol(gateway)) {
            assertThatThrownBy(() -> open(client))
                    .isInstanceOfAny(TunnelException.class, GatewayRefusedException.class);
        }
    }

    /** The id of the last request or grant of this kind. */
    private static String id(TestGateway gateway, String action) throws Exception {
        gateway.awaitAudit("\"" + action + "\"");
        return gateway.audit().stream()
                .filter(line -> line.contains("\"" + action + "\""))
                .reduce((_, last) -> last)
                .orElseThrow()
                .replaceFirst(".*\"rdgw.grant.id\":\"([0-9a-f]+)\".*", "$1");
    }

    private static String asked(TestGateway gateway) throws Exception {
        return asked(gateway, 1);
    }

    /** Carol asks; hers is the request of this number. */
    private static String asked(TestGateway gateway, int number) throws Exception {
        assertThat(AccessBrowser.signedIn(gateway, "carol").ask("echo", "a <b>reason</b>"))
                .isEqualTo(303);
        Await.until(
                "the audit line of a request",
                () -> gateway.audit().stream()
                                .filter(line -> line.contains("\"grant.asked\""))
                                .count()
                        == number);
        return id(gateway, "grant.asked");
    }

    @Test
    void whatIsApprovedOpensAndIsShown() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            assertRefused(gateway);
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            assertThat(carol.connect("echo")).isEqualTo(404);
            assertThat(carol.page("/access")).contains("value=\"echo\"").doesNotContain("value=\"other\"");
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.page("/help")).contains("href=\"/access\"").doesNotContain("class=\"badge\"");
            String request = asked(gateway);
            assertRefused(gateway);
            assertThat(alice.page("/help")).contains("class=\"badge\" aria-hidden=\"true\">1<");
            assertThat(carol.page("/help")).contains("href=\"/access\"").doesNotContain("class=\"badge\"");
            assertThat(alice.page("/access")).contains(request, "carol", "a &lt;b&gt;reason&lt;/b&gt;");
            assertThat(alice.answer(request, "approve")).isEqualTo(303);
            assertThat(carol.connect("echo")).isEqualTo(200);
            try (GatewayClient client = carol(gateway)) {
                open(client);
                gateway.awaitAudit("\"session.start\"", "\"rdgw.policy.rule\":\"grant " + request + "\"");
            }
            gateway.awaitAudit("\"grant.approved\"", "\"user.name\":\"alice\"", "\"rdgw.grant.account\":\"\\\\carol\"");
        }
    }

    /** Carol needs more time while she works: she asks again, and her session goes on by the new grant. */
    @Test
    void aNewGrantTakesThePlaceOfTheOneBefore() throws Exception {
        try (TestGateway gateway = gateway("", "");
                GatewayClient client = carol(gateway)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String first = asked(gateway);
            assertThat(alice.page("/access")).doesNotContain("A new grant takes its place");
            assertThat(alice.answer(first, "approve")).isEqualTo(303);
            open(client);
            clock.advance(Duration.ofMinutes(45));
            String second = asked(gateway, 2);
            assertThat(alice.page("/access")).contains("A new grant takes its place");
            assertThat(alice.answer(second, "approve")).isEqualTo(303);
            gateway.awaitAudit("\"grant.revoked\"", first, "grant " + second + " takes its place");
            gateway.awaitAudit("\"session.rule-changed\"", "grant " + second);
            assertThat(alice.page("/access")).contains(second).doesNotContain(first);
            clock.advance(Duration.ofMinutes(45));
            gateway.endGrants();
            echo(client);
            clock.advance(Duration.ofMinutes(15));
            gateway.endGrants();
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
        }
    }

    /** Approvers reach every request, and administrators find one among many. */
    @Test
    void aLongListHasPagesAndAFilter() throws Exception {
        Path kept = Files.createTempDirectory("grants").resolve("grants");
        StringBuilder lines = new StringBuilder();
        for (int number = 100; number < 221; number++) {
            lines.append("grant\t0000000%d\t%s\t%s\tfalse\tcorp\\user%d\techo\t127.0.0.1\t%d\tbob\twhy%n"
                    .formatted(number, clock.instant(), clock.instant().plusSeconds(60), number, target.port()));
            lines.append("request\t1000000%d\t%s\tPT1H\tCORP\\guest%d\toidc\toidc\t\t\t\t\techo\t127.0.0.1\t%d\twhy%n"
                    .formatted(number, clock.instant(), number, target.port()));
        }
        Files.writeString(kept, lines);
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
        String admin = """
                [portal.admin]
                [[portal.admin.rule]]
                role = "operator"
                users = ["alice"]
                """;
        try (TestGateway gateway = gateway("file = \"" + kept + "\"", admin)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String first = alice.page("/access");
            assertThat(first).contains("1 to 50 of 121", "id=\"request-1000000100\"", "value=\"0000000220\"");
            assertThat(first).doesNotContain("request-1000000150", "value=\"0000000170\"");
            assertThat(alice.page("/access?page=3&grants=2"))
                    .contains("101 to 121 of 121", "id=\"request-1000000220\"", "51 to 100 of 121")
                    .contains("value=\"0000000170\"", "/access?page=2&amp;grants=2", "/access?page=3&amp;grants=3");
            assertThat(alice.page("/access?page=99999&grants=x")).contains("101 to 121 of 121", "1 to 50 of 121");
            assertThat(alice.page("/admin/grants?page=3"))
                    .contains("101 to 121 of 121", "grant-0000000100", "1 to 50 of 121");
            assertThat(alice.page("/admin/grants?user=CORP%5Cuser11*&page=1"))
                    .contains("grant-0000000110", "grant-0000000119", "No requests.")
                    .doesNotContain("grant-0000000120", "1 to 50");
            assertThat(alice.page("/admin/grants?user=GUEST200&desktop=e*o"))
                    .contains("guest200", "No grants.")
                    .doesNotContain("guest201");
            assertThat(alice.page("/admin/grants?desktop=other")).contains("No requests.", "No grants.");
            assertThat(alice.page("/admin/grants?user=*user*"))
                    .contains("/admin/grants?page=2&amp;requests=1&amp;user=*user*");
        }
        Files.delete(kept);
    }

    @Test
    void aSessionEndsWithItsGrant() throws Exception {
        try (TestGateway gateway = gateway("", "");
                GatewayClient client = carol(gateway)) {
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(asked(gateway), "approve"))
                    .isEqualTo(303);
            open(client);
            clock.advance(Duration.ofMinutes(59));
            echo(client);
            clock.advance(Duration.ofMinutes(1));
            gateway.endGrants();
            gateway.awaitAudit("\"grant.expired\"", "\"user.name\":\"gateway\"");
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
            gateway.awaitAudit("\"session.terminated\"", "\"rdgw.closed_by\":\"policy\"");
            assertRefused(gateway);
        }
    }

    @Test
    void aSessionMayFinishWhereTheConfigurationSaysSo() throws Exception {
        try (TestGateway gateway = gateway("at-end = \"continue\"", "");
                GatewayClient client = carol(gateway)) {
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(asked(gateway), "approve"))
                    .isEqualTo(303);
            open(client);
            clock.advance(Duration.ofMinutes(60));
            gateway.endGrants();
            gateway.awaitAudit("\"grant.expired\"");
            echo(client);
            assertRefused(gateway);
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String grant = id(gateway, "grant.approved");
            assertThat(alice.page("/access")).contains("value=\"" + grant + "\"");
            assertThat(alice.revoke(grant)).as("of the session that goes on").isEqualTo(303);
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
        }
    }

    /** An approver revokes between the last look at the rules, when the target was dialled, and the open channel. */
    @Test
    void whatIsRevokedWhileItOpensEndsToo() throws Exception {
        HeldClock held = new HeldClock(clock);
        try (TestGateway gateway = TestGateway.at(held, tables("", ""));
                GatewayClient client = carol(gateway)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String grant = asked(gateway);
            assertThat(alice.answer(grant, "approve")).isEqualTo(303);
            client.connect();
            client.handshake();
            held.hold();
            Thread opening = Thread.ofVirtual().start(() -> {
                try {
                    client.open("pc", List.of("127.0.0.1"), target.port());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            held.awaitHeld();
            assertThat(alice.revoke(grant)).isEqualTo(303);
            held.release();
            opening.join();
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
            gateway.awaitAudit("\"session.terminated\"", "\"rdgw.closed_by\":\"policy\"");
        }
    }

    /** A clock that keeps the thread waiting which notes when a channel was opened. */
    private static final class HeldClock extends Clock {
        private final Clock clock;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean holds;

        HeldClock(Clock clock) {
            this.clock = clock;
        }

        void hold() {
            holds = true;
        }

        void awaitHeld() throws InterruptedException {
            assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            released.countDown();
        }

        @Override
        public Instant instant() {
            if (holds
                    && StackWalker.getInstance()
                            .walk(frames -> frames.anyMatch(
                                    frame -> frame.getMethodName().equals("dialled")))) {
                holds = false;
                reached.countDown();
                try {
                    assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return clock.instant();
        }

        @Override
        public ZoneId getZone() {
            return clock.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void whatIsRevokedEndsAtOnce() throws Exception {
        try (TestGateway gateway = gateway("at-end = \"continue\"", "");
                GatewayClient client = carol(gateway)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String grant = asked(gateway);
            assertThat(alice.answer(grant, "approve")).isEqualTo(303);
            open(client);
            assertThat(AccessBrowser.signedIn(gateway, "carol").revoke(grant)).isEqualTo(403);
            echo(client);
            assertThat(alice.revoke(grant)).isEqualTo(303);
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
            assertRefused(gateway);
            assertThat(alice.revoke(grant)).isEqualTo(404);
        }
    }

    @Test
    void aGrantForOneSessionEndsWithIt() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.answer(asked(gateway), "once")).isEqualTo(303);
            try (GatewayClient client = carol(gateway)) {
                open(client);
            }
            awaitEnds(gateway, 1);
            gateway.endGrants();
            try (GatewayClient client = carol(gateway)) {
                open(client);
                clock.advance(Duration.ofMinutes(31));
                gateway.endGrants();
                echo(client);
            }
            awaitEnds(gateway, 2);
            gateway.endGrants();
            gateway.awaitAudit("\"grant.used\"", "\"rdgw.grant.account\":\"\\\\carol\"");
            assertRefused(gateway);
        }
    }

    private static void awaitEnds(TestGateway gateway, int sessions) throws Exception {
        Await.until(
                "the ends of " + sessions + " sessions",
                () -> gateway.audit().stream()
                                .filter(line -> line.contains("\"session.end\""))
                                .count()
                        == sessions);
    }

    /** Not by a second connection at the same time, nor by one that comes before the gateway looks again. */
    @Test
    void aGrantForOneSessionIsNoneForTwo() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String grant = asked(gateway);
            assertThat(alice.answer(grant, "once")).isEqualTo(303);
            try (GatewayClient client = carol(gateway)) {
                open(client);
                clock.advance(Duration.ofMinutes(2));
                assertRefused(gateway);
                gateway.awaitAudit("too many open channels by rule \\\"grant " + grant + "\\\"");
                gateway.endGrants();
                Await.until(
                        "the grant is in use",
                        () -> Files.readString(gateway.folder().resolve("grants"))
                                .contains("in-use"));
            }
            try (GatewayClient again = carol(gateway)) {
                again.connect();
                again.handshake();
                boolean opened = opens(again);
                gateway.endGrants();
                gateway.awaitAudit("\"grant.used\"", "\"rdgw.grant.account\":\"\\\\carol\"");
                if (opened) {
                    assertThat(again.receive()).isInstanceOf(CloseChannel.class);
                }
            }
            assertRefused(gateway);
        }
    }

    @Test
    void aGrantForOneSessionIsUsedWhenTheGatewayEnds() throws Exception {
        Path kept = Files.createTempDirectory("grants").resolve("grants");
        String keys = "file = \"" + kept + "\"";
        try (TestGateway gateway = gateway(keys, "");
                GatewayClient client = carol(gateway)) {
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(asked(gateway), "once"))
                    .isEqualTo(303);
            open(client);
            clock.advance(Duration.ofMinutes(2));
            gateway.endGrants();
            Await.until("the grant is in use", () -> Files.readString(kept).contains("in-use"));
        }
        try (TestGateway gateway = gateway(keys, "")) {
            gateway.awaitAudit("\"grant.used\"", "\"rdgw.grant.account\":\"\\\\carol\"");
            assertRefused(gateway);
        }
    }

    @Test
    void connectionsThatLastForNoMinuteUseAGrantForOneSessionUp() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.answer(asked(gateway), "once")).isEqualTo(303);
            try (GatewayClient client = carol(gateway)) {
                open(client);
                clock.advance(Duration.ofSeconds(30));
                gateway.endGrants();
            }
            awaitEnds(gateway, 1);
            clock.advance(Duration.ofMinutes(9));
            gateway.endGrants();
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"grant.used\""));
            clock.advance(Duration.ofMinutes(2));
            gateway.endGrants();
            gateway.awaitAudit("\"grant.used\"", "\"rdgw.grant.account\":\"\\\\carol\"");
            assertRefused(gateway);
        }
    }

    @Test
    void whatTheSettingsDoNotNameAnyMoreEndsWithAReloadAndARestart() throws Exception {
        Path kept = Files.createTempDirectory("grants").resolve("grants");
        String keys = "file = \"" + kept + "\"";
        String grant;
        try (TestGateway gateway = gateway(keys, "");
                GatewayClient client = carol(gateway)) {
            grant = asked(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(grant, "approve"))
                    .isEqualTo(303);
            assertThat(AccessBrowser.signedIn(gateway, "bob").ask("echo", "wait for it"))
                    .isEqualTo(303);
            open(client);
        }
        try (TestGateway gateway =
                TestGateway.at(clock, tables(keys, "").replace("desktops = [\"echo\"]", "desktops = [\"other\"]"))) {
            gateway.awaitAudit("\"grant.revoked\"", grant, "\"user.name\":\"gateway\"", "does not name the desktop");
            gateway.awaitAudit("\"grant.denied\"", "\"rdgw.grant.account\":\"\\\\bob\"", "does not name the desktop");
            assertRefused(gateway);
            Await.until("the file", () -> Files.readString(kept).equals("gatehouse grants, 0 lines\n"));
        }
    }

    @Test
    void whoAsksInALoopIsStopped() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            for (int i = 1; i <= 5; i++) {
                assertThat(alice.answer(asked(gateway, i), "deny")).isEqualTo(303);
            }
            assertThat(carol.ask("echo", "once more")).isEqualTo(409);
            gateway.awaitAudit("\"grant.refused\"", "asks too often");
            assertThat(AccessBrowser.signedIn(gateway, "bob").ask("echo", "another user"))
                    .isEqualTo(303);
        }
    }

    @Test
    void aRevocationThatCouldNotBeKeptIsToldAndWrittenLater() throws Exception {
        Path folder = Files.createTempDirectory("grants").resolve("state");
        Files.createDirectory(folder);
        Path kept = folder.resolve("grants");
        try (TestGateway gateway = gateway("file = \"" + kept + "\"", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String grant = asked(gateway);
            assertThat(alice.answer(grant, "approve")).isEqualTo(303);
            Path away = folder.resolveSibling("away");
            Files.move(folder, away);
            assertThat(alice.revoke(grant)).isEqualTo(303);
            gateway.awaitAudit("\"grant.revoked\"", "not kept: ");
            assertThat(alice.page("/access?done=revoked&kept=no")).contains("could not save this");
            assertThat(Files.readString(away.resolve("grants"))).contains(grant);
            Files.move(away, folder);
            gateway.endGrants();
            Await.until("the file", () -> Files.readString(kept).equals("gatehouse grants, 0 lines\n"));
        }
    }

    @Test
    void nobodyAnswersWhoMayNot() throws Exception {
        try (TestGateway gateway = gateway("groups = [\"guests\", \"staff\"]", "")) {
            String request = asked(gateway);
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            assertThat(carol.answer(request, "approve")).isEqualTo(403);
            assertThat(carol.page("/access")).doesNotContain("value=\"approve\"");
            gateway.awaitAudit("\"grant.refused\"", "the user is no approver", "\"user.name\":\"carol\"");
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.ask("other", "not in the list")).isEqualTo(403);
            gateway.awaitAudit("\"grant.refused\"", "the user may not ask for this desktop");
            assertThat(alice.ask("echo", "mine")).isEqualTo(303);
            gateway.awaitAudit("\"grant.asked\"", "\"rdgw.grant.account\":\"\\\\alice\"");
            String own = id(gateway, "grant.asked");
            assertThat(alice.answer(own, "approve")).isEqualTo(403);
            gateway.awaitAudit("\"grant.refused\"", "nobody approves their own request");
            assertThat(alice.answer(own, "once")).isEqualTo(403);
            assertThat(alice.answer(own, "deny")).isEqualTo(403);
            assertThat(carol.answer(own, "deny")).isEqualTo(403);
            assertThat(AccessBrowser.signedIn(gateway, "bob").answer(own, "approve"))
                    .isEqualTo(303);
            assertRefused(gateway);
        }
    }

    @Test
    void nothingIsApprovedForLongerThanTheSettingsSay() throws Exception {
        try (TestGateway gateway = gateway("longest = \"2h\"", "")) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            String request = asked(gateway);
            for (int minutes : new int[] {0, 121, 999_999}) {
                assertThat(alice.answer(request, "approve", minutes)).isEqualTo(400);
            }
            assertRefused(gateway);
            assertThat(alice.answer(request, "approve", 120)).isEqualTo(303);
        }
    }

    @Test
    void aUserTakesTheirOwnRequestBackAndNobodyElses() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            String request = asked(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "bob").withdraw(request)).isEqualTo(403);
            gateway.awaitAudit("\"grant.refused\"", "the request of another user");
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            assertThat(carol.withdraw(request)).isEqualTo(303);
            gateway.awaitAudit("\"grant.withdrawn\"", request, "\"user.name\":\"carol\"");
            assertThat(carol.withdraw(request)).as("again").isEqualTo(404);
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(request, "approve"))
                    .isEqualTo(404);
            assertRefused(gateway);
            assertThat(carol.ask("echo", "another one")).isEqualTo(303);
        }
    }

    @Test
    void ofTwoAnswersTheFirstCounts() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            String request = asked(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "bob").answer(request, "deny"))
                    .isEqualTo(303);
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(request, "approve"))
                    .isEqualTo(404);
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"grant.approved\""));
            assertRefused(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "carol").page("/access")).contains("Refused");
            assertThat(AccessBrowser.signedIn(gateway, "alice").page("/access")).doesNotContain("Refused");
        }
    }

    @Test
    void otherSitesAskAndAnswerNothing() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            String request = asked(gateway);
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.sendFromAnotherSite(
                            "/access/answer", Map.of("request", request, "answer", "approve", "minutes", "60")))
                    .isEqualTo(403);
            assertThat(alice.sendFromAnotherSite(
                            "/access/ask", Map.of("desktop", "echo", "reason", "x", "minutes", "60")))
                    .isEqualTo(403);
            assertRefused(gateway);
            assertThat(alice.answer(request, "approve")).as("the good form").isEqualTo(303);
        }
    }

    @Test
    void aRuleThatDeniesWins() throws Exception {
        try (TestGateway gateway = gateway("", """
                [[policy.rule]]
                name = "no guests"
                action = "deny"
                groups = ["guests"]
                targets = ["127.0.0.1"]
                """)) {
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(asked(gateway), "approve"))
                    .isEqualTo(303);
            assertRefused(gateway);
            gateway.awaitAudit("\"resource.denied\"", "rule \\\"no guests\\\" denies");
        }
    }

    @Test
    void grantsOutliveARestartInAFileOfTheirOwn() throws Exception {
        Path kept = Files.createTempDirectory("grants").resolve("grants");
        String keys = "file = \"" + kept + "\"";
        String grant;
        try (TestGateway gateway = gateway(keys, "")) {
            grant = asked(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(grant, "approve"))
                    .isEqualTo(303);
            assertThat(AccessBrowser.signedIn(gateway, "bob").ask("echo", "wait for it"))
                    .isEqualTo(303);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        try (TestGateway gateway = gateway(keys, "");
                GatewayClient client = carol(gateway)) {
            open(client);
            gateway.awaitAudit("\"session.start\"", "\"rdgw.policy.rule\":\"grant " + grant + "\"");
            assertThat(AccessBrowser.signedIn(gateway, "alice").page("/access")).contains("wait for it");
        }
        Files.delete(kept);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mfa = true                           | false
            methods = ["basic"]                  | false
            methods = ["ntlm"]                   | true
            """)
    void whatIsAskedOfEveryGrantIsAskedOfClients(String keys, boolean opens) throws Exception {
        try (TestGateway gateway = gateway(keys, "");
                GatewayClient client = carol(gateway)) {
            String grant = asked(gateway);
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(grant, "approve"))
                    .isEqualTo(303);
            if (opens) {
                open(client);
            } else {
                assertRefused(gateway);
                gateway.awaitAudit("\"connection.denied\"", "\"user.name\":\"carol\"");
            }
        }
    }

    @Test
    void aUserWhoMayNotAskAnyMoreIsNotGranted() throws Exception {
        try (TestGateway gateway = TestGateway.checkingAccounts(
                "account-check-interval = \"1s\"", tables("groups = [\"guests\", \"staff\"]", ""))) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            String request = asked(gateway);
            gateway.moveAccount("carol", "guests", "others");
            Await.until("carol may not ask", () -> carol.ask("echo", "another") == 403);
            assertThat(alice.answer(request, "approve")).isEqualTo(410);
            gateway.awaitAudit("\"grant.refused\"", request, "may not ask for a desktop any more");

            assertThat(AccessBrowser.signedIn(gateway, "bob").ask("echo", "beside"))
                    .isEqualTo(303);
            gateway.awaitAudit("\"grant.asked\"", "\"rdgw.grant.account\":\"\\\\bob\"");
            assertThat(alice.answer(id(gateway, "grant.asked"), "approve")).isEqualTo(303);
        }
    }

    /** Nobody has looked since the account went; the approval does. */
    @Test
    void aUserWhoIsGoneIsNotGranted() throws Exception {
        String keys = "file = \"" + Files.createTempDirectory("grants").resolve("grants") + "\"";
        String auth = "account-check-interval = \"1h\"";
        String request;
        try (TestGateway gateway = TestGateway.checkingAccounts(auth, tables(keys, ""))) {
            request = asked(gateway);
        }
        // A gateway that has just started remembers no answer about the account, as the one before does for a moment.
        try (TestGateway gateway = TestGateway.checkingAccounts(auth, tables(keys, ""))) {
            gateway.disableAccount("carol");
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.answer(request, "approve")).isEqualTo(410);
            gateway.awaitAudit("\"grant.refused\"", request, "the account of the user is gone");
            gateway.awaitAudit("\"grant.denied\"", request, "the account is gone", "\"user.name\":\"gateway\"");
            assertThat(alice.answer(request, "approve")).isEqualTo(404);
        }
    }

    /** Whoever gets the freed name next has nothing of it; others keep what they have. */
    @Test
    void aGrantEndsWithItsAccount() throws Exception {
        try (TestGateway gateway = TestGateway.checkingAccounts("account-check-interval = \"1s\"", tables("", ""));
                GatewayClient client = carol(gateway)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            AccessBrowser bob = AccessBrowser.signedIn(gateway, "bob");
            String grant = asked(gateway);
            assertThat(alice.answer(grant, "approve")).isEqualTo(303);
            assertThat(bob.ask("echo", "beside")).isEqualTo(303);
            gateway.awaitAudit("\"grant.asked\"", "\"rdgw.grant.account\":\"\\\\bob\"");
            String others = id(gateway, "grant.asked");
            assertThat(alice.answer(others, "approve")).isEqualTo(303);
            open(client);
            gateway.disableAccount("carol");
            gateway.awaitAudit("\"grant.revoked\"", grant, "the account is gone", "\"user.name\":\"gateway\"");
            assertThat(alice.page("/access")).contains(others).doesNotContain(grant);
        }
    }

    /** The page knows the groups of the last look, and the answer those of now. */
    @Test
    void anApproverWhoMustHaveASecondFactorNowRevokesNothingWithout() throws Exception {
        String tables = tables("", "[portal.totp]\ngroups = [\"late\"]\n")
                .replace("approver-groups = [\"staff\"]", "approver-groups = [\"staff\", \"late\"]");
        try (TestGateway gateway = TestGateway.at(clock, tables)) {
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            assertThat(AccessBrowser.signedIn(gateway, "bob").ask("echo", "why"))
                    .isEqualTo(303);
            String grant = id(gateway, "grant.asked");
            assertThat(alice.answer(grant, "approve")).isEqualTo(303);
            gateway.moveAccount("carol", "guests", "late");
            assertThat(carol.leadsWhenRevoking(grant)).isEqualTo("/second-factor?return_to=/access");
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"grant.revoked\""));
            assertThat(alice.revoke(grant)).isEqualTo(303);
        }
    }

    /** The approver was shown where the desktop was. */
    @Test
    void aRequestDoesNotWaitForADesktopThatIsElsewhereNow() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            String request = asked(gateway);
            gateway.reload(tables("", "").replace("name = \"other\"", "name = \"third\""));
            AccessBrowser alice = AccessBrowser.signedIn(gateway, "alice");
            assertThat(alice.page("/access")).as("another desktop has changed").contains(request);
            gateway.reload(tables("", "").replace("port = " + target.port(), "port = 3390"));
            gateway.awaitAudit("\"grant.denied\"", request, "has another host than when it was asked for");
            assertThat(AccessBrowser.signedIn(gateway, "carol").page("/access")).contains("Refused");
            assertThat(alice.answer(request, "approve")).isEqualTo(404);
        }
    }

    @Test
    void aReasonIsOneLineThatCanBeReadAndADesktopAName() throws Exception {
        try (TestGateway gateway = gateway("", "")) {
            AccessBrowser carol = AccessBrowser.signedIn(gateway, "carol");
            String long201 = "x".repeat(201);
            for (String reason : List.of("", " ", "two\nlines", "a\u202eb", "a\u200bb", "a\u0007b", long201)) {
                assertThat(carol.ask("echo", reason)).as(reason).isEqualTo(400);
            }
            assertThat(carol.ask("x".repeat(10_000), "why")).isEqualTo(400);
            assertThat(carol.ask("echo", "x".repeat(60_000))).isGreaterThanOrEqualTo(400);
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"grant.") || line.length() > 2000);
            assertThat(carol.ask("echo", "x".repeat(200))).isEqualTo(303);
        }
    }

    @Test
    void clientsLearnWhatEveryGrantDisables() throws Exception {
        try (TestGateway gateway = gateway("disable = [\"all\"]\nidle-timeout = \"20m\"", "");
                GatewayClient client = carol(gateway)) {
            assertThat(AccessBrowser.signedIn(gateway, "alice").answer(asked(gateway), "approve"))
                    .isEqualTo(303);
            client.connect();
            client.handshake();
            client.createTunnel();
            TunnelAuthResponse told = client.authorizeTunnel("pc");
            assertThat(told.redirFlags()).hasValue(RedirectionFlag.DISABLE_ALL.bit());
            assertThat(told.idleTimeoutMinutes()).hasValue(20);
            assertThat(client.openChannel(List.of("127.0.0.1"), target.port()).errorCode())
                    .isZero();
        }
    }
}
