package io.gatehouse.provider.ntlm.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private long now = Long.MAX_VALUE - 1_000_000_000; // a monotonic clock may wrap
    private final Deadline deadline = Deadline.in(Duration.ofSeconds(10), () -> now);

    private void pass(Duration duration) {
        now += duration.toNanos();
    }

    @Test
    void whatIsLeftShrinksToNothing() {
        assertThat(deadline.remainingMillis()).isEqualTo(10_000);
        pass(Duration.ofMillis(9_999).plusNanos(1));
        assertThat(deadline.remainingMillis()).isEqualTo(1);
        assertThat(deadline.isOver()).isFalse();
        pass(Duration.ofSeconds(5));
        assertThat(deadline.remainingNanos()).isZero();
        assertThat(deadline.isOver()).isTrue();
    }

    @Test
    void questionsAreAskedInTheFirstHalf() {
        assertThat(deadline.forAsking().remainingMillis()).isEqualTo(5_000);
        pass(Duration.ofSeconds(5));
        assertThat(deadline.forAsking().isOver()).isTrue();
        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void theEarlierOfTwoCounts() {
        assertThat(deadline.within(Duration.ofSeconds(3)).remainingMillis()).isEqualTo(3_000);
        pass(Duration.ofSeconds(9));
        assertThat(deadline.within(Duration.ofSeconds(3)).remainingMillis()).isEqualTo(1_000);
    }
}
