package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand connections of as many users wait for approvals, ten times as many as there are places before sign-in, and
 * nobody else feels it.
 */
@Tag("attack")
@Timeout(180)
class PendingApprovalsAttackTest {
    private static final int CLIENTS = 1000;
    private static final int PER_SOURCE = 50;

    private static GatewayClient waiting(TestGateway gateway, int number, int port) throws Exception {
        return WaitingClient.guest(
                gateway,
                gateway.options(Transport.WEBSOCKET)
                        .localAddress(InetAddress.ofLiteral("127.0.4." + (1 + number / PER_SOURCE))),
                "user" + number,
                port);
    }

    /** An approver's browser asks for the page every three seconds. */
    private static void assertIsBounded(HttpResponse<byte[]> page, String range) {
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).hasSizeLessThan(100_000);
        assertThat(new String(page.body(), StandardCharsets.UTF_8)).contains(range);
    }

    /** The client whose question is the oldest waits at its desktop until somebody answers. */
    private static void assertGoesOnWhenApproved(TestGateway gateway, GatewayClient oldest, int port) throws Exception {
        assertThat(oldest.receive())
                .isInstanceOfSatisfying(
                        TsguPacket.TunnelAuthResponse.class,
                        admitted -> assertThat(admitted.errorCode()).isZero());
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<TsguPacket.ChannelResponse> channel =
                    thread.submit(() -> oldest.openChannel(List.of("127.0.0.1"), port));
            ApprovingBrowser approver = ApprovingBrowser.signedIn(gateway, "alice");
            assertThat(channel.isDone()).isFalse();
            approver.approveWithoutNumber();
            assertThat(channel.get().errorCode()).isZero();
        }
        gateway.awaitAudit("session.start", "\"user.name\":\"user0\"", "\"rdgw.approval.by\":\"alice\"");
    }

    @Test
    void aThousandQuestionsLeaveOthersAlone() throws Exception {
        List<GatewayClient> clients = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(Browser.PORTAL + """
                        [limits]
                        connections-before-login = 100
                        connections-before-login-per-source = 20
                        [approval]
                        client-wait = "2m"
                        [[policy.rule]]
                        name = "guests"
                        groups = ["guests"]
                        targets = ["127.0.0.1"]
                        ports = ["1-65535"]
                        approval = { groups = ["staff"] }
                        """ + TestGateway.RULE);
                EchoTarget target = new EchoTarget()) {
            int threads = Thread.activeCount();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(waiting(gateway, i, target.port()));
            }
            Await.until("all of them", () -> gateway.census().getFirst() == CLIENTS);
            assertThat(Thread.activeCount()).as("threads").isLessThan(threads + 50);

            long began = System.nanoTime();
            try (GatewayClient good = gateway.client(Transport.WEBSOCKET)) {
                good.open("pc", List.of("127.0.0.1"), target.port());
            }
            System.out.printf(
                    "%d questions: a good client waited %d ms%n",
                    CLIENTS, Duration.ofNanos(System.nanoTime() - began).toMillis());
            Browser browser = Browser.signedIn(gateway, "alice");
            assertIsBounded(browser.get("/approve"), "1 to 20 of 1,000");
            assertIsBounded(browser.get("/approve?page=50"), "981 to 1,000 of");
            assertIsBounded(browser.get("/approve?page=99999"), "981 to 1,000 of");
            for (String page : List.of("0", "-1", "1e9", "99999999999999999999", "%F0%9F%92%A9")) {
                assertIsBounded(browser.get("/approve?page=" + page), "1 to 20 of");
            }
            assertThat(new String(browser.get("/help").body(), StandardCharsets.UTF_8))
                    .contains("1,000 waiting");
            assertGoesOnWhenApproved(gateway, clients.getFirst(), target.port());
        } finally {
            clients.forEach(GatewayClient::close);
        }
    }
}
