package io.gatehouse.jetty.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlowTest {
    private long now = 1_000_000_000;
    private final Flow flow =
            new Flow(new FlowScheduler(() -> now, 0), Flow.Kind.LIVE, new Source(InetAddress.ofLiteral("192.0.2.1")));

    private void passMicros(long micros) {
        now += TimeUnit.MICROSECONDS.toNanos(micros);
    }

    @Test
    void aFlowHasNoTurnBeforeItsFirst() {
        assertThat(flow.turnIsOver()).isTrue();
        assertThat(flow.mayRead()).isFalse();
    }

    @Test
    void aTurnEndsByTime() {
        long took = flow.run(() -> {
            passMicros(499);
            assertThat(flow.turnIsOver()).isFalse();
            passMicros(1);
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
            flow.run(() -> passMicros(100));
            assertThat(flow.isInteractive()).isTrue();
            passMicros(5_000);
        }
    }

    @Test
    void whoUsedMuchIsNotUntilAPause() {
        flow.run(() -> passMicros(300));
        assertThat(flow.isInteractive()).isFalse();
        passMicros(2_400);
        assertThat(flow.isInteractive()).isFalse();
        passMicros(200);
        assertThat(flow.isInteractive()).isTrue();
    }

    @Test
    void aQuarterOfASecondOfSilenceIsAlwaysEnough() {
        flow.run(() -> passMicros(60_000_000));
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
