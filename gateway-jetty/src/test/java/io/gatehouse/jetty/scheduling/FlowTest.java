package io.gatehouse.jetty.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlowTest {
    private long now = 1_000_000_000;
    private long used;
    private final Flow flow = new Flow(
            new FlowScheduler(() -> now, () -> used, 0),
            Flow.Kind.LIVE,
            new Source(InetAddress.ofLiteral("192.0.2.1")));

    private void passMicros(long micros) {
        now += TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** Time in which the thread has the processor. */
    private void work(long micros) {
        used += TimeUnit.MICROSECONDS.toNanos(micros);
        passMicros(micros);
    }

    @Test
    void aFlowHasNoTurnBeforeItsFirst() {
        assertThat(flow.turnIsOver()).isTrue();
        assertThat(flow.mayRead()).isFalse();
    }

    @Test
    void aTurnEndsByTime() {
        long took = flow.run(() -> {
            work(499);
            assertThat(flow.turnIsOver()).isFalse();
            work(1);
            assertThat(flow.turnIsOver()).isTrue();
        });
        assertThat(took).isEqualTo(500_000);
    }

    @Test
    void theSocketGivesNothingMoreWhenTheTurnIsOver() {
        flow.run(() -> {
            for (int reads = 0; reads < 1_000; reads++) {
                assertThat(flow.mayRead()).isTrue();
            }
            passMicros(500);
            assertThat(flow.mayRead()).isFalse();
        });
        flow.run(() -> assertThat(flow.mayRead()).isTrue());
    }

    @Test
    void aFewReadsAreAllowedHoweverSlowTheyAre() {
        flow.run(() -> {
            for (int reads = 0; reads < 8; reads++) {
                passMicros(1_000);
                assertThat(flow.mayRead()).isTrue();
            }
            assertThat(flow.mayRead()).isFalse();
        });
    }

    @Test
    void whoUsesLittleIsInteractive() {
        for (int event = 0; event < 10_000; event++) {
            flow.run(() -> work(100));
            assertThat(flow.isInteractive()).isTrue();
            passMicros(5_000);
        }
    }

    @Test
    void whoUsedMuchIsNotUntilAPause() {
        flow.run(() -> work(300));
        assertThat(flow.isInteractive()).isFalse();
        passMicros(2_400);
        assertThat(flow.isInteractive()).isFalse();
        passMicros(200);
        assertThat(flow.isInteractive()).isTrue();
    }

    /** A typist who paid for four milliseconds of others was no typist for a fifth of a second. */
    @Test
    void timeInWhichTheKernelRunsSomethingElseIsNotPaid() {
        long took = flow.run(() -> {
            work(50);
            passMicros(4_000);
            assertThat(flow.turnIsOver()).isTrue();
        });
        assertThat(took).isEqualTo(50_000);
        assertThat(flow.isInteractive()).isTrue();
    }

    @Test
    void aQuarterOfASecondOfSilenceIsAlwaysEnough() {
        flow.run(() -> work(60_000_000));
        flow.wrote(1L << 40);
        passMicros(237_000);
        assertThat(flow.isInteractive()).isFalse();
        passMicros(1_000);
        assertThat(flow.isInteractive()).isTrue();
    }

    @Test
    void whatOthersTurnsWriteCountsToo() {
        flow.wrote(200_000);
        assertThat(flow.isInteractive()).isTrue();
        flow.wrote(100_000);
        assertThat(flow.isInteractive()).isFalse();
    }
}
