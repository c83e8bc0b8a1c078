package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.EndedUsers;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.SiteProvider;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Users whose accounts are removed while they have something open, at a real gateway, beside a user whose account
 * stays.
 */
@Timeout(60)
class RemovedAccountTest {
    private static final String NEVER = "account-check-interval = \"1h\"";
    private static final String OFTEN = "account-check-interval = \"1s\"";
    private static final int COOKIE_DENIED = 0x800759F8;

    private EchoTarget target;

    @SuppressWarnings("NullAway.Init") // each test starts one with settings of its own
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
    }

    @AfterEach
    void stop() throws IOException {
        SiteProvider.Accounts.answer = Optional.empty();
        gateway.close();
        target.close();
    }

    private void start(String auth) throws Exception {
        gateway = TestGateway.checkingAccounts(auth, Browser.PORTAL + """
                [[desktop]]
                name = "echo"
                host = "127.0.0.1"
                port = %d
                """.formatted(target.port()) + TestGateway.RULE);
    }

    private Browser signedIn(String user) throws Exception {
        return Browser.signedIn(gateway, user);
    }

    private static String token(Browser browser) throws Exception {
        HttpResponse<byte[]> response = browser.get("/connect/echo.rdp");
        assertThat(response.statusCode()).isEqualTo(200);
        return ((Parsed.Valid<RdpFile>) RdpFile.parse(response.body()))
                .value()
                .find("gatewayaccesstoken")
                .orElseThrow()
                .value();
    }

    private GatewayClient withToken(String token) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build());
    }

    private GatewayClient withPassword(String user) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build());
    }

    private Channel open(GatewayClient client) throws IOException {
        Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
        echo(channel);
        return channel;
    }

    private static void echo(Channel channel) throws IOException {
        channel.send(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        channel.readFully(ByteBuffer.allocate(5));
    }

    private static void assertCut(Channel channel) {
        assertThatThrownBy(() -> {
                    while (true) {
                        channel.readFully(ByteBuffer.allocate(1));
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void whoAsksForAFileAfterTheAccountWasRemovedLosesEverythingAtOnce() throws Exception {
        start(NEVER);
        Browser alice = signedIn("alice");
        String used = token(alice);
        String unused = token(alice);
        Browser bob = signedIn("bob");
        try (GatewayClient hers = withToken(used);
                GatewayClient his = withToken(token(bob))) {
            Channel cut = open(hers);
            Channel good = open(his);
            gateway.removeAccount("alice");

            Await.until("no file", () -> alice.get("/connect/echo.rdp").statusCode() == 403);

            assertThat(alice.get("/desktops").headers().firstValue("Location"))
                    .hasValue("/signin?return_to=%2Fdesktops");
            gateway.awaitAudit("\"user.name\":\"alice\"", "the account is gone: there is no such account any more");
            assertCut(cut);
            for (String token : List.of(used, unused)) {
                try (GatewayClient again = withToken(token)) {
                    assertThatThrownBy(() -> open(again))
                            .isInstanceOfSatisfying(
                                    TunnelException.class,
                                    refusal -> assertThat(refusal.code()).isEqualTo(COOKIE_DENIED));
                }
            }
            echo(good);
            assertThat(bob.get("/connect/echo.rdp").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aUsedFileOfADisabledAccountDoesNotComeBack() throws Exception {
        start(NEVER);
        String used = token(signedIn("alice"));
        try (GatewayClient client = withToken(used)) {
            open(client);
        }
        gateway.disableAccount("alice");
        Await.until("no comeback", () -> {
            try (GatewayClient again = withToken(used)) {
                open(again);
                return false;
            } catch (TunnelException refusal) {
                assertThat(refusal.code()).isEqualTo(COOKIE_DENIED);
                return true;
            }
        });
        gateway.awaitAudit(
                "sign-in.refused", "\"user.name\":\"alice\"", "the account is gone: the account is disabled", "locked");
    }

    @Test
    void theTunnelOfARemovedAccountEndsByItselfAndThatOfAnotherGoesOn() throws Exception {
        start(OFTEN);
        try (GatewayClient hers = withPassword("alice");
                GatewayClient his = withPassword("bob")) {
            Channel cut = open(hers);
            Channel good = open(his);
            gateway.removeAccount("alice");

            assertCut(cut);

            gateway.awaitAudit(
                    "session.terminated",
                    "\"user.name\":\"alice\"",
                    "the account is gone: there is no such account any more");
            echo(good);
        }
    }

    /** A tunnel whose channel was closed is signed in, and may open another one. */
    @Test
    void anAdministratorEndsATunnelWithoutAChannel() throws Exception {
        start(NEVER);
        try (GatewayClient client = withPassword("alice")) {
            Channel first = open(client);
            first.closeChannel();
            gateway.awaitAudit("session.end", "\"user.name\":\"alice\"");
            assertThat(gateway.census().getFirst()).isOne();

            Files.writeString(
                    gateway.folder().resolve("ended-users"),
                    EndedUsers.NONE
                            .with(new EndedUsers.Ended(Instant.now(), "\\alice"))
                            .text());

            gateway.awaitEmpty();
        }
    }

    private Browser atSite(String user) throws Exception {
        Browser browser = new Browser(gateway.tls());
        String state = browser.get("/signin/sso")
                .headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst(".*&state=", "");
        browser.get("/signin/sso/callback?user=" + user + "&state=" + state);
        return browser;
    }

    /** The name is the same; the account that is gone is another one. */
    @Test
    void theOldTokenOfAUserWhoMovedToAnotherProviderEndsNothingThere() throws Exception {
        start(NEVER);
        SiteProvider.Accounts.answer = Optional.of(AccountStatus.Active.WITHOUT_GROUPS);
        String old = token(signedIn("alice"));
        Browser moved = atSite("alice");
        try (GatewayClient now = withToken(token(moved))) {
            Channel good = open(now);
            gateway.removeAccount("alice");
            Await.until("the old token finds the account gone", () -> {
                try (GatewayClient again = withToken(old)) {
                    open(again);
                } catch (TunnelException refused) {
                    assertThat(refused.code()).isEqualTo(COOKIE_DENIED);
                }
                return gateway.audit().stream().anyMatch(line -> line.contains("the account is gone"));
            });
            echo(good);
            assertThat(moved.get("/connect/echo.rdp").statusCode()).isEqualTo(200);
        }
    }

    /**
     * A back end that does not answer ends nothing, and lets nothing new begin once its last word is older than the
     * interval.
     */
    @Test
    void whileTheBackEndIsSilentTunnelsGoOnAndFilesAreMadeForAnIntervalOnly() throws Exception {
        start(OFTEN);
        SiteProvider.Accounts.answer = Optional.of(AccountStatus.Active.WITHOUT_GROUPS);
        Browser alice = atSite("alice");
        String used = token(alice);
        try (GatewayClient client = withToken(used)) {
            Channel good = open(client);
            SiteProvider.Accounts.answer = Optional.of(new AccountStatus.Unavailable("no answer from idp.test"));
            Await.until("no file", () -> alice.get("/connect/echo.rdp").statusCode() == 503);
            echo(good);
            try (GatewayClient again = withToken(used)) {
                echo(open(again));
            }
            gateway.awaitAudit("sign-in.accepted", "the account was not checked: no answer from idp.test");
            SiteProvider.Accounts.answer = Optional.of(AccountStatus.Active.WITHOUT_GROUPS);
            Await.until("a file again", () -> alice.get("/connect/echo.rdp").statusCode() == 200);
        }
    }

    /** New groups count for new files and new channels; a channel that is open goes on. */
    @Test
    void whoLeftAGroupGetsNothingNew() throws Exception {
        start(OFTEN);
        SiteProvider.Accounts.answer = Optional.of(AccountStatus.Active.WITHOUT_GROUPS);
        Browser alice = atSite("alice");
        String used = token(alice);
        try (GatewayClient client = withToken(used);
                GatewayClient again = withToken(used)) {
            Channel good = open(client);
            SiteProvider.Accounts.answer = Optional.of(AccountStatus.Active.in(
                    new Membership(Set.of("guests"), Identity.GroupNames.OF_THE_DOMAIN, Set.of())));
            Await.until("no file", () -> alice.get("/connect/echo.rdp").statusCode() == 404);
            assertThatThrownBy(() -> open(again)).isInstanceOf(TunnelException.class);
            gateway.awaitAudit("no rule applies to alice (groups: guests)");
            echo(good);
            good.closeChannel();
        }
    }

    @Test
    void aSessionWhoseAccountCannotBeCheckedIsShort() throws Exception {
        start(NEVER + "\nunchecked-session-timeout = \"3h\"");
        assertThat(new String(atSite("alice").get("/sessions").body(), StandardCharsets.UTF_8))
                .contains("3 hours");
        assertThat(new String(signedIn("alice").get("/sessions").body(), StandardCharsets.UTF_8))
                .contains("24 hours");
    }
}
