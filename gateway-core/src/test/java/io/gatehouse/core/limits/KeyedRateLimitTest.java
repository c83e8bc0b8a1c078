package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ten a minute, four at once. */
class KeyedRateLimitTest {
    private long tick = Long.MAX_VALUE - 1_000_000; // a monotonic clock may overflow
    private final KeyedRateLimit<String> limit = new KeyedRateLimit<>(() -> tick, 10, 4);

    @Test
    void theAllowanceIsSpentAtOnceAndGrowsBackEvenly() {
        for (int i = 0; i < 4; i++) {
            assertThat(limit.tryCount("alice")).isTrue();
        }
        assertThat(limit.tryCount("alice")).isFalse();
        tick += Duration.ofSeconds(6).toNanos();
        assertThat(limit.tryCount("alice")).isTrue();
        assertThat(limit.tryCount("alice")).isFalse();
        tick += Duration.ofMinutes(1).toNanos();
        for (int i = 0; i < 4; i++) {
            assertThat(limit.tryCount("alice")).isTrue();
        }
        assertThat(limit.tryCount("alice")).isFalse();
    }

    @Test
    void eachKeyHasItsOwn() {
        for (int i = 0; i < 4; i++) {
            limit.count("alice");
        }
        assertThat(limit.isSpent("alice")).isTrue();
        assertThat(limit.isSpent("bob")).isFalse();
        assertThat(limit.tryCount("bob")).isTrue();
    }

    @Test
    void whatHappenedAnywayIsCountedButNeverOwedForLongerThanTheAllowance() {
        for (int i = 0; i < 1000; i++) {
            limit.count("alice");
        }
        assertThat(limit.isSpent("alice")).isTrue();
        tick += Duration.ofSeconds(6).toNanos();
        assertThat(limit.isSpent("alice")).isFalse();
    }

    @Test
    void whatIsGivenBackMayHappenAgainAndNothingMore() {
        limit.giveBack("alice");
        for (int i = 0; i < 4; i++) {
            assertThat(limit.tryCount("alice")).isTrue();
        }
        limit.giveBack("alice");
        limit.giveBack("bob");
        assertThat(limit.tryCount("alice")).isTrue();
        assertThat(limit.tryCount("alice")).isFalse();
    }

    @Test
    void halfIsSpentWithTheThirdOfFour() {
        limit.count("alice");
        limit.count("alice");
        assertThat(limit.isHalfSpent("alice")).isFalse();
        limit.count("alice");
        assertThat(limit.isHalfSpent("alice")).isTrue();
    }

    @Test
    void nothingIsNoLimit() {
        assertThatThrownBy(() -> new KeyedRateLimit<String>(() -> 0, 0, 4))
                .hasMessage("0 a minute and 4 at once (expected positive)");
    }
}
