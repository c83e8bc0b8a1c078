package io.gatehouse.jetty.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FlowSchedulerTest {
    private static final Source SOURCE = new Source(InetAddress.ofLiteral("192.0.2.1"));

    private static final class Broken extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void whatOneTurnThrowsIsNothingToTheNext() throws Exception {
        FlowScheduler scheduler = new FlowScheduler(MonotonicClock.system(), MonotonicClock.system(), 1);
        scheduler.start();
        Flow flow = new Flow(scheduler, Flow.Kind.LIVE, SOURCE);
        flow.execute(() -> {
            throw new Broken();
        });
        CompletableFuture<String> next = new CompletableFuture<>();
        flow.execute(() -> next.complete(Thread.currentThread().getName()));
        assertThat(next.get()).isEqualTo("gateway-flows-0");
        scheduler.stop();
    }

    @Test
    void nothingIsTakenAfterTheEnd() throws Exception {
        FlowScheduler scheduler = new FlowScheduler(MonotonicClock.system(), MonotonicClock.system(), 1);
        scheduler.start();
        scheduler.stop();
        Flow flow = new Flow(scheduler, Flow.Kind.NEW, SOURCE);
        assertThatThrownBy(() -> flow.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
