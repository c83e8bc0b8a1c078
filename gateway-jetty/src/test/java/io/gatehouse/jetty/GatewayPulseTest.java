package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the watchdog of systemd is fed by. */
@Timeout(60)
class GatewayPulseTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void anEventLoopThatStandsStillIsNoticedAndSoIsItsReturn() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 2);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
        scheduler.start();
        server.start();
        CountDownLatch released = new CountDownLatch(1);
        try {
            assertThat(Gateway.responds(server, scheduler, LONG)).isTrue();
            CountDownLatch blocked = new CountDownLatch(1);
            server.getContainedBeans(ManagedSelector.class).iterator().next().submit(_ -> {
                blocked.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            blocked.await();
            assertThat(Gateway.responds(server, scheduler, SHORT)).isFalse();
            released.countDown();
            assertThat(Gateway.responds(server, scheduler, LONG)).isTrue();
            scheduler.stop();
            assertThat(Gateway.responds(server, scheduler, SHORT)).isFalse();
        } finally {
            released.countDown();
            server.stop();
            scheduler.stop();
        }
    }
}
