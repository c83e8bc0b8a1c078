package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private long now = Long.MAX_VALUE - 5;

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void soManyAtOnceAndThenOneForEachInterval() {
        RateLimit limit = new RateLimit(() -> now, 3, Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            assertThat(limit.count()).isTrue();
        }
        assertThat(limit.count()).isFalse();
        pass(999);
        assertThat(limit.count()).isFalse();
        pass(1);
        assertThat(limit.count()).isTrue();
        assertThat(limit.count()).isFalse();
    }

    @Test
    void aPauseSavesUpNoMoreThanTheBurst() {
        RateLimit limit = new RateLimit(() -> now, 2, Duration.ofMillis(10));
        pass(3_600_000);
        assertThat(limit.count()).isTrue();
        assertThat(limit.count()).isTrue();
        assertThat(limit.count()).isFalse();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new RateLimit(() -> now, 0, Duration.ofSeconds(1)))
                .hasMessage("0 at once, one more after PT1S (expected positive)");
        assertThatThrownBy(() -> new RateLimit(() -> now, 1, Duration.ZERO))
                .hasMessage("1 at once, one more after PT0S (expected positive)");
    }
}
