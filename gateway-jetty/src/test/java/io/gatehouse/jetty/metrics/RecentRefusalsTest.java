package io.gatehouse.jetty.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentRefusalsTest {
    private long now = -TimeUnit.SECONDS.toNanos(5);
    private final RecentRefusals refusals = new RecentRefusals(() -> now);

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void thoseOfAMinuteCountAndOlderOnesDoNot() {
        assertThat(refusals.ofLastMinute()).isZero();
        refusals.count();
        refusals.count();
        pass(30);
        refusals.count();
        assertThat(refusals.ofLastMinute()).isEqualTo(3);
        pass(29);
        assertThat(refusals.ofLastMinute()).isEqualTo(3);
        pass(1);
        assertThat(refusals.ofLastMinute()).isEqualTo(1);
        pass(30);
        assertThat(refusals.ofLastMinute()).isZero();
    }

    @Test
    void aSecondOfAnEarlierMinuteIsNotAddedTo() {
        refusals.count();
        pass(60);
        refusals.count();
        assertThat(refusals.ofLastMinute()).isEqualTo(1);
    }
}
