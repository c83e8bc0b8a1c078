package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.netlogon.LogonGate.FullException;
import io.gatehouse.provider.ntlm.netlogon.LogonGate.Pass;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LogonGateTest {
    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(10), MonotonicClock.system());
    }

    private static Deadline atOnce() {
        return Deadline.in(Duration.ofMillis(20), MonotonicClock.system());
    }

    private static CompletableFuture<Pass> waiting(LogonGate gate, boolean foreign) {
        CompletableFuture<Pass> pass = new CompletableFuture<>();
        int before = gate.waiting();
        Thread.ofVirtual().start(() -> {
            try {
                pass.complete(gate.enter(foreign, soon()));
            } catch (FullException e) {
                pass.completeExceptionally(e);
            }
        });
        while (gate.waiting() == before && !pass.isDone()) {
            Thread.onSpinWait();
        }
        return pass;
    }

    @Test
    void asManyAsThereArePlacesGetIn() throws Exception {
        LogonGate gate = new LogonGate(2, 5);
        try (Pass _ = gate.enter(false, atOnce());
                Pass _ = gate.enter(false, atOnce())) {
            assertThat(gate.inFlight()).isEqualTo(2);
            assertThatThrownBy(() -> gate.enter(false, atOnce()))
                    .hasMessage("no turn in time: all connections to domain controllers are busy");
        }
        assertThat(gate.inFlight()).isZero();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void whoWaitsGetsThePlaceThatBecomesFree() throws Exception {
        LogonGate gate = new LogonGate(1, 5);
        Pass first = gate.enter(false, soon());
        CompletableFuture<Pass> second = waiting(gate, false);
        assertThat(second).isNotDone();

        first.close();

        second.get(10, TimeUnit.SECONDS).close();
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void queueHasAnEnd() throws Exception {
        LogonGate gate = new LogonGate(1, 1);
        Pass first = gate.enter(false, soon());
        CompletableFuture<Pass> second = waiting(gate, false);

        assertThatThrownBy(() -> gate.enter(false, soon()))
                .hasMessage("too many sign-ins wait for domain controllers (queue: at most 1)");

        first.close();
        second.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void withoutAQueueTheFreePlacesCanStillBeTaken() throws Exception {
        LogonGate gate = new LogonGate(2, 0);
        try (Pass _ = gate.enter(false, atOnce());
                Pass _ = gate.enter(false, atOnce())) {
            assertThatThrownBy(() -> gate.enter(false, soon())).isInstanceOf(FullException.class);
        }
    }

    @Test
    void otherDomainsLeaveHalfOfThePlacesToUs() throws Exception {
        LogonGate gate = new LogonGate(4, 5);
        try (Pass _ = gate.enter(true, atOnce());
                Pass _ = gate.enter(true, atOnce())) {
            assertThatThrownBy(() -> gate.enter(true, atOnce())).isInstanceOf(FullException.class);
            try (Pass _ = gate.enter(false, atOnce());
                    Pass _ = gate.enter(false, atOnce())) {
                assertThat(gate.inFlight()).isEqualTo(4);
            }
        }
        try (Pass _ = gate.enter(true, atOnce())) {
            assertThat(gate.inFlight()).isEqualTo(1);
        }
    }

    @Test
    void otherDomainsLeaveHalfOfTheQueueToUs() throws Exception {
        LogonGate gate = new LogonGate(2, 2);
        Pass foreign = gate.enter(true, soon());
        Pass own = gate.enter(false, soon());
        CompletableFuture<Pass> queued = waiting(gate, true);

        assertThatThrownBy(() -> gate.enter(true, soon()))
                .hasMessage("too many sign-ins wait for domain controllers (queue: at most 1)");
        CompletableFuture<Pass> ours = waiting(gate, false);
        assertThat(gate.waiting()).isEqualTo(2);

        own.close();
        ours.get(10, TimeUnit.SECONDS).close();
        foreign.close();
        queued.get(10, TimeUnit.SECONDS).close();
        assertThat(gate.inFlight()).isZero();
        assertThat(gate.waiting()).isZero();
    }
}
