package io.gatehouse.jetty;

import static io.gatehouse.jetty.PortalDesktop.ORANGE;
import static io.gatehouse.jetty.PortalDesktop.SOON;
import static io.gatehouse.jetty.PortalDesktop.number;
import static io.gatehouse.jetty.PortalDesktop.numberIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.RemminaClient;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RDP clients in front of a real desktop wait until somebody approves the connection in a real browser. Each test signs
 * out everywhere, so that the next one is asked again.
 */
@Tag("desktop")
@Timeout(120)
class ApprovalDesktopTest {
    private static final String TICKETS = """
            [[policy.rule]]
            name = "tickets, approved by staff"
            methods = ["kerberos"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = { groups = ["staff"] }
            """;
    /** The name first: the second rule is for the addresses of names, too. */
    private static final String TWO_RULES_FOR_GUESTS = """
            [[policy.rule]]
            name = "guests, by name"
            groups = ["guests"]
            targets = ["localhost"]
            ports = ["1-65535"]
            approval = "self"
            [[policy.rule]]
            name = "guests, by address"
            groups = ["guests"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = "self"
            """;
    /** MS-RDPBCGR 2.2.1.1: what an RDP client says first, and how the answer begins (2.2.1.2). */
    private static final byte[] CONNECTION_REQUEST = HexFormat.of().parseHex("030000130ee000000000000100080001000000");

    private static final byte[] CONNECTION_CONFIRM = HexFormat.of().parseHex("030000130ed0");

    /** What xfreerdp exits with when the gateway refuses it. */
    private static final int ACCESS_DENIED = 131;

    private static PortalDesktop stage;
    private static TestGateway gateway;
    private static Chromium browser;
    private static TestFolder realm;
    private static MitKdc kdc;

    @BeforeAll
    static void start() throws Exception {
        MitKdc.assume();
        RequiredTools.assume("curl");
        realm = new TestFolder();
        kdc = MitKdc.start(realm);
        String tables = PortalDesktop.TABLES + """
                [approval]
                client-wait = "1m"
                """
                + TestGateway.RULE
                + "approval = \"self\"\n"
                + TICKETS
                + TWO_RULES_FOR_GUESTS;
        stage = PortalDesktop.start(
                _ -> TestGateway.takingTickets(kdc.keytab(MitKdc.LOCALHOST), MitKdc.LOCALHOST, tables));
        gateway = stage.gateway();
        browser = stage.browser();
    }

    @AfterAll
    static void stop() throws Exception {
        if (stage != null) {
            stage.close();
        }
        if (kdc != null) {
            kdc.close();
            realm.close();
        }
    }

    @BeforeEach
    void signIn() {
        signIn("alice");
    }

    private static void signIn(String user) {
        stage.signIn(user, "/approve");
        browser.element("#questions .empty");
    }

    /** Takes the approval back, so that the next test asks again. */
    @AfterEach
    void signOut() throws Exception {
        browser.open(stage.at("/sessions"));
        browser.click("form[action='/signout-everywhere'] button");
        browser.element(".narrow");
        // Tokens of this second are ended, too, and the next test makes one.
        long second = Instant.now().getEpochSecond();
        Await.within(SOON, "the next second", () -> Instant.now().getEpochSecond() > second);
    }

    private static FreeRdpClient.Builder byPassword() {
        return byPassword("alice", "127.0.0.1");
    }

    private static FreeRdpClient.Builder byPassword(String user, String host) {
        return FreeRdpClient.to(host, stage.port())
                .through("localhost", gateway.tls().getPort())
                .as(user, TestGateway.PASSWORD)
                .agreeing();
    }

    private static FreeRdpClient.Builder byToken() {
        Identity alice = Identity.local("local", "basic", "alice", Set.of("staff"), Set.of());
        String token = gateway.token(alice, new Target("127.0.0.1", stage.port()), Instant.now());
        Path file = stage.folder()
                .write("desktop.rdp", """
                full address:s:127.0.0.1:%d
                gatewayhostname:s:localhost:%d
                gatewayusagemethod:i:1
                gatewayprofileusagemethod:i:1
                gatewaycredentialssource:i:5
                gatewayaccesstoken:s:%s
                """.formatted(stage.port(), gateway.tls().getPort(), token));
        return FreeRdpClient.opening(file).agreeing();
    }

    static Stream<Arguments> clients() {
        return Stream.of(
                Arguments.of("NTLM, WebSocket", (Supplier<FreeRdpClient.Builder>) () -> byPassword()),
                Arguments.of("NTLM, dual channel", (Supplier<FreeRdpClient.Builder>)
                        () -> byPassword().transport(FreeRdpClient.Transport.DUAL_CHANNEL)),
                Arguments.of("token", (Supplier<FreeRdpClient.Builder>) () -> byToken()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void theNumberOnTheTerminalOpensTheDesktop(String how, Supplier<FreeRdpClient.Builder> client) throws Exception {
        try (FreeRdpClient running = client.get().start(stage.folder())) {
            String number = number(running);
            browser.element("article button[value='" + number + "']"); // on the page that nobody loads again
            assertThat(browser.violations()).isEmpty();
            browser.click("article button[value='" + number + "']");
            running.awaitColour(ORANGE, 0.8, SOON);
        }
    }

    /** Each by a user of its own: after a refusal, nobody is asked for some time. */
    @ParameterizedTest
    @CsvSource({
        "alice,article .numbers button:not([value='%s']),approval.refused",
        "bob,article button[value='not-me'],approval.not-me"
    })
    void anotherNumberAndNotMeRefuseTheConnection(String user, String button, String event) throws Exception {
        signOut();
        signIn(user);
        try (FreeRdpClient running = byPassword(user, "127.0.0.1").start(stage.folder())) {
            browser.click(button.formatted(number(running)));
            browser.element(".done");
            assertThat(running.awaitExit(SOON)).hasValue(ACCESS_DENIED);
            assertThat(running.output()).contains("E_PROXY_NAP_ACCESSDENIED");
            gateway.awaitAudit(event, "\"rdgw.approval.of\":\"" + user + "\"");
        }
    }

    /** One number for both, since it is shown before a client names its target; and an answer for each. */
    @Test
    void twoQuestionsOfOneUserAreAnsweredEachByItself() throws Exception {
        signOut();
        signIn("carol");
        try (FreeRdpClient byAddress = byPassword("carol", "127.0.0.1").start(stage.folder());
                FreeRdpClient byName = byPassword("carol", "localhost").start(stage.folder())) {
            String button = "button[value='" + number(byName) + "']";
            assertThat(number(byAddress)).isEqualTo(number(byName));
            browser.element("article[data-text$=' 127.0.0.1:" + stage.port() + "']");

            browser.click("article[data-text$=' localhost:" + stage.port() + "'] " + button);
            byName.awaitColour(ORANGE, 0.8, SOON);
            assertThat(byAddress.display().shareOf(ORANGE)).isZero();
            assertThat(byAddress.isAlive()).isTrue();

            browser.click("article[data-text$=' 127.0.0.1:" + stage.port() + "'] " + button);
            byAddress.awaitColour(ORANGE, 0.8, SOON);
        }
    }

    /** Remmina says that it shows messages, and shows none. */
    @Test
    void aUserOfRemminaSaysThatItShowsNoNumber() {
        RemminaClient.assume();
        try (RemminaClient running = RemminaClient.to("127.0.0.1", stage.port())
                .through("localhost", gateway.tls().getPort())
                .as("alice", TestGateway.PASSWORD)
                .start(stage.folder())) {
            browser.click("article button[value='none']");
            browser.click("#sure");
            browser.click(".question button[value='none']");
            browser.element(".done");
            running.awaitColour(ORANGE, 0.4, SOON);
        }
    }

    /** xfreerdp brings no tickets before version 3. */
    @Test
    void aUserWithATicketWaitsAtTheDesktopUntilSomebodyElseApproves() throws Exception {
        try (CurlTickets tickets = new CurlTickets(stage.folder(), kdc.client().kinit(MitKdc.BOB));
                ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
                GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                        .credentials(new Credentials.Ticket(tickets::next))
                        .readTimeout(SOON)
                        .build())) {
            client.connect();
            client.handshake();
            String number = numberIn(client.createTunnel().consentMessage().orElse(""));
            assertThat(client.authorizeTunnel("pc").errorCode()).isZero();
            Future<ChannelResponse> channel =
                    waiting.submit(() -> client.openChannel(List.of("127.0.0.1"), stage.port()));
            browser.element("article button[value='" + number + "']");
            assertThat(browser.text()).contains("MIT.TEST\\bob", "kerberos", "127.0.0.1:" + stage.port());
            assertThat(channel.isDone()).isFalse();

            browser.click("article button[value='" + number + "']");
            assertThat(channel.get().errorCode()).isZero();
            client.channel().send(ByteBuffer.wrap(CONNECTION_REQUEST));
            ByteBuffer answer = ByteBuffer.allocate(CONNECTION_CONFIRM.length);
            client.channel().readFully(answer);
            assertThat(answer.array()).isEqualTo(CONNECTION_CONFIRM);
        }
    }
}
