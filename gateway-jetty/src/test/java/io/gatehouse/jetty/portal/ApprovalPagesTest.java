package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.openqa.selenium.WindowType;

/** The page Approvals in a real browser: for everybody, with a keyboard alone, and in the background. */
@Timeout(180)
class ApprovalPagesTest {
    private static final int WITHOUT_MESSAGES = 0x0A;
    private static final String TABLES = BrowsedPortal.TABLES + """
            [approval]
            client-wait = "2m"
            [[policy.rule]]
            name = "own"
            users = ["alice"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = "self"
            [[policy.rule]]
            name = "by the helpdesk"
            users = ["alice"]
            targets = ["127.0.0.2"]
            ports = ["1-65535"]
            approval = { groups = ["helpdesk"] }
            [[policy.rule]]
            name = "guests, approved by staff"
            groups = ["guests"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = { groups = ["staff"] }
            """;

    /** Clients wait while the pages are judged, as long as that takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final List<AutoCloseable> clients = new ArrayList<>();
    private TestGateway gateway;
    private EchoTarget target;
    private final BrowsedPortal portal = new BrowsedPortal(folder, () -> gateway, "approvals");

    @BeforeAll
    static void assume() {
        Chromium.assume();
    }

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        gateway = TestGateway.start(TABLES);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        gateway.close();
        target.close();
    }

    private ClientOptions.Builder options(String user, int source) {
        return gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .localAddress(InetAddress.ofLiteral("127.0.6." + source))
                .readTimeout(PATIENCE);
    }

    private WaitingClient waiting(ClientOptions.Builder options, String name, String host) throws Exception {
        WaitingClient client = new WaitingClient(options.build(), name, host, target.port());
        clients.add(client);
        return client;
    }

    private WaitingClient waiting(String user, int source) throws Exception {
        return waiting(options(user, source), "laptop", "127.0.0.1");
    }

    private void guest(int number) throws Exception {
        ClientOptions.Builder options = gateway.options(Transport.WEBSOCKET).readTimeout(PATIENCE);
        clients.add(WaitingClient.guest(gateway, options, "guest" + number, target.port()));
    }

    private void signIn(Chromium browser) {
        portal.signIn(browser, "/approve", "/approve");
    }

    private static void awaitQuestions(Chromium browser, int number) throws Exception {
        Await.until(number + " questions", () -> browser.find("article").size() == number);
    }

    @ParameterizedTest
    @CsvSource({"false,1280,900,en", "true,390,844,de", "false,390,1200,en"})
    void everyStateIsForEverybodyAndAnsweredByKeys(boolean dark, int width, int height, String language)
            throws Exception {
        String kind = (dark ? "dark" : "light") + "-" + (width < 600 ? "phone" : "desktop");
        ChromiumOptions options = Chromium.with().size(width, height).languages(language);
        try (Chromium browser = portal.start(dark ? options.dark() : options)) {
            signIn(browser);
            browser.element("#questions .empty");
            portal.judge(browser, "empty", kind);

            WaitingClient two = waiting("alice", 1);
            waiting(options("alice", 1), "kali", "127.0.0.1");
            WaitingClient silent =
                    waiting(options("alice", 2).capabilities(WITHOUT_MESSAGES), "thin-client", "127.0.0.1");
            waiting(options("alice", 3), "laptop", "127.0.0.2");
            waiting("carol", 4);
            awaitQuestions(browser, 4);
            Await.until(
                    "all names",
                    () -> browser.text().contains("kali") && browser.text().contains("thin-client"));
            portal.judge(browser, "open", kind);

            BrowsedPortal.tabTo(browser, "value", two.number()).sendKeys(Keys.ENTER);
            browser.element(".done");
            assertThat(two.code()).isZero();
            portal.judge(browser, "given", kind);

            browser.element("article button[value=none]:not(.quiet)").sendKeys(Keys.ENTER);
            browser.element("#sure");
            portal.judge(browser, "confirm", kind);
            ((JavascriptExecutor) browser.driver())
                    .executeScript("document.querySelector('main form').noValidate = true");
            BrowsedPortal.tabTo(browser, "value", "none").sendKeys(Keys.ENTER);
            browser.element(".problem");
            portal.judge(browser, "unconfirmed", kind);
            assertThat(silent.isWaiting()).isTrue();
            BrowsedPortal.tabTo(browser, "id", "sure").sendKeys(Keys.SPACE);
            BrowsedPortal.tabTo(browser, "value", "none").sendKeys(Keys.ENTER);
            browser.element(".done");
            assertThat(silent.code()).isZero();

            BrowsedPortal.tabTo(browser, "value", "refuse").sendKeys(Keys.ENTER);
            browser.element(".done");
            portal.judge(browser, "refused", kind);
            BrowsedPortal.tabTo(browser, "value", "not-me").sendKeys(Keys.ENTER);
            browser.element("#questions .empty");
        }
    }

    @Test
    void aLongListHasPagesThatStayWhereTheyAre() throws Exception {
        for (int number = 0; number < 25; number++) {
            guest(number);
        }
        try (Chromium browser = portal.start(Chromium.with().size(390, 844).languages("en"))) {
            signIn(browser);
            awaitQuestions(browser, 20);
            assertThat(browser.element(".badge").getText()).isEqualTo("25");
            assertThat(browser.element(".pages").getText()).contains("1 to 20 of 25");
            browser.click("#after");
            awaitQuestions(browser, 5);
            guest(25);
            awaitQuestions(browser, 6); // the page asks for itself, not for the first one
            assertThat(browser.element(".pages").getText()).contains("21 to 26 of 26");
            portal.judge(browser, "second-page", "light-phone");
            browser.click("#before");
            awaitQuestions(browser, 20);
        }
    }

    /** Counts what the page makes; what the browser did with it is told by its events. */
    private static final String SPY = """
            const real = window.Notification;
            const note = (what, tag) => localStorage.setItem(what, (localStorage.getItem(what) ?? "") + tag + " ");
            window.Notification = class extends real {
              constructor(title, options) {
                super(title, options);
                note("made", options.tag);
                this.addEventListener("show", () => note("shown", options.tag));
                this.addEventListener("error", () => note("failed", options.tag));
              }
            };
            """;

    private static String stored(Chromium browser, String what) {
        return String.valueOf(((JavascriptExecutor) browser.driver())
                .executeScript("return localStorage.getItem(arguments[0]) ?? ''", what));
    }

    @Test
    void aPageInTheBackgroundNotifiesOfEachNewQuestionOnce() throws Exception {
        guest(1);
        try (Chromium browser = portal.start(Chromium.with().languages("en"))) {
            browser.tell(
                    "Browser.grantPermissions",
                    Map.of("origin", portal.at("/").replaceAll("/$", ""), "permissions", List.of("notifications")));
            signIn(browser);
            awaitQuestions(browser, 1);
            JavascriptExecutor scripts = (JavascriptExecutor) browser.driver();
            assertThat(scripts.executeScript("return Notification.permission")).isEqualTo("granted");
            scripts.executeScript(SPY);
            guest(2);
            awaitQuestions(browser, 2);
            String known = browser.find("article").getLast().getDomAttribute("data-question");

            browser.driver().switchTo().newWindow(WindowType.TAB);
            browser.open(portal.at("/help"));
            guest(3);
            Await.within(
                    Duration.ofSeconds(20),
                    "a notification",
                    () -> !stored(browser, "made").isEmpty());
            String first = stored(browser, "made");
            guest(4);
            Await.within(
                    Duration.ofSeconds(20),
                    "another one",
                    () -> stored(browser, "made").length() > first.length());
            List<String> made = List.of(stored(browser, "made").strip().split(" "));
            assertThat(made).hasSize(2).doesNotHaveDuplicates().doesNotContain(known);
            Await.within(
                    Duration.ofSeconds(20),
                    "both to be shown",
                    () -> stored(browser, "shown").equals(stored(browser, "made")));
            assertThat(stored(browser, "failed")).isEmpty();
        }
    }
}
