package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.SiteProvider;
import io.gatehouse.jetty.TestGateway;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One address that keeps the identity provider busy with made-up codes has its share of the questions, and others sign
 * in beside it.
 */
@Tag("attack")
@Timeout(120)
class PortalReturnsAttackTest {
    private static final String BACK = "/signin/sso/callback";
    private static final int RETURNS = 24;
    private static final int SHARE = 4;

    private static String leave(Browser browser) throws Exception {
        HttpResponse<byte[]> answer = browser.get("/signin/sso");
        return answer.headers().firstValue("Location").orElseThrow().replaceFirst(".*state=", "");
    }

    @Test
    void oneAddressHasAShareOfTheQuestionsUnderWay() throws Exception {
        SiteProvider.Held.INSIDE.set(0);
        SiteProvider.Held.gate = new CountDownLatch(1);
        List<CompletableFuture<Integer>> attack = new ArrayList<>();
        try (TestGateway gateway = TestGateway.withSites(Browser.PORTAL + TestGateway.RULE)) {
            for (int i = 0; i < RETURNS; i++) {
                Browser attacker = new Browser(gateway.tls(), InetAddress.ofLiteral("127.0.0.2"));
                String state = leave(attacker);
                CompletableFuture<Integer> status = new CompletableFuture<>();
                Thread.ofVirtual().start(() -> {
                    try {
                        status.complete(
                                attacker.get(BACK + "?user=slow&state=" + state).statusCode());
                    } catch (Exception e) {
                        status.completeExceptionally(e);
                    }
                });
                attack.add(status);
            }
            Await.until("the attacker's share is under way", () -> SiteProvider.Held.INSIDE.get() >= SHARE);

            long start = System.nanoTime();
            for (String user : List.of("alice", "bob", "carol", "dave", "erin", "frank")) {
                Browser browser = new Browser(gateway.tls());
                assertThat(browser.get(BACK + "?user=" + user + "&state=" + leave(browser))
                                .headers()
                                .firstValue("Location"))
                        .hasValue("/desktops");
            }
            System.out.printf(
                    "six users signed in beside %d returns of one address within %s%n",
                    RETURNS, Duration.ofNanos(System.nanoTime() - start));
            assertThat(SiteProvider.Held.INSIDE.get()).isEqualTo(SHARE);
            SiteProvider.Held.gate.countDown();
            for (CompletableFuture<Integer> status : attack) {
                assertThat(status.join()).isIn(403, 503);
            }
        } finally {
            SiteProvider.Held.gate.countDown();
        }
    }
}
