package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.jetty.HookedProvider;
import io.gatehouse.jetty.SiteProvider;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users whom an administrator keeps out get no session at the portal, whichever way they come. */
@Timeout(60)
class BlockedUserTest {
    private static final String TABLES = Browser.PORTAL + TestGateway.RULE;

    private static final String BLOCK = "{\"user\":\"Alice\",\"duration\":\"1h\",\"reason\":\"left\"}";

    @TempDir
    private Path folder;

    @AfterEach
    void unhook() {
        HookedProvider.afterSignIn = () -> {};
    }

    private static void block(AdminClient admin) {
        try {
            assertThat(admin.post(AdminRole.OPERATOR, "/v1/users/block", BLOCK).status())
                    .isEqualTo(200);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The password was right, and the user not blocked, when it was checked. */
    @Test
    void aBlockThatIsMadeWhileAUserSignsInKeepsThemOut() throws Exception {
        try (AdminClient admin = AdminClient.start(folder, TABLES, TestGateway::hooked)) {
            AtomicInteger times = new AtomicInteger();
            HookedProvider.afterSignIn = () -> {
                if (times.getAndIncrement() == 0) {
                    block(admin);
                }
            };
            Browser browser = new Browser(admin.gateway().tls());

            HttpResponse<byte[]> answer = browser.signIn("alice", "any");

            assertThat(times).hasPositiveValue();
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(browser.get("/desktops").statusCode()).isNotEqualTo(200);
            admin.gateway()
                    .awaitAudit(
                            "sign-in.refused",
                            "\"user.name\":\"alice\"",
                            "\"rdgw.auth.method\":\"basic\"",
                            "\"locked\"",
                            "by operator: left");
            assertThat(admin.gateway().audit()).noneMatch(line -> line.contains("sign-in.accepted"));
        }
    }

    @Test
    void aBlockedUserGetsNoSessionByAnIdentityProviderOrTheWordOfAProxy() throws Exception {
        try (AdminClient admin = AdminClient.start(folder, TABLES, TestGateway::withSites)) {
            block(admin);
            Browser browser = new Browser(admin.gateway().tls());
            String away =
                    browser.get("/signin/sso").headers().firstValue("Location").orElseThrow();
            assertThat(away).startsWith(SiteProvider.SITE);

            HttpResponse<byte[]> back =
                    browser.get("/signin/sso/callback?user=alice&state=" + away.replaceFirst(".*state=", ""));

            assertThat(back.statusCode()).isEqualTo(403);
            assertThat(new String(back.body(), StandardCharsets.UTF_8)).doesNotContain("blocked");
            assertThat(browser.get("/desktops", "X-Front-User", "alice").statusCode())
                    .isNotEqualTo(200);
            assertThat(browser.get("/desktops", "X-Front-User", "bob").statusCode())
                    .isEqualTo(200);
            admin.gateway().awaitAudit("sign-in.refused", "\"locked\"", "\"rdgw.auth.method\":\"sso\"");
        }
    }
}
