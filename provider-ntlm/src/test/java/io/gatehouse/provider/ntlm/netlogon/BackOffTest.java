package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private long now = Duration.ofHours(1).toNanos();
    private final BackOff backOff = new BackOff(() -> now);

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private void pass(long millis) {
        now += millis(millis);
    }

    @Test
    void healthyServersAreAskedByEverybody() {
        assertThat(backOff.enter()).isTrue();
        assertThat(backOff.enter()).isTrue();
        assertThat(backOff.patience()).contains(0L);
        assertThat(backOff.problem()).isEmpty();
    }

    @Test
    void failureKeepsEverybodyAwayForAWhileAndThenOneTries() {
        assertThat(backOff.failed(0, false, "refused")).isTrue();
        assertThat(backOff.problem()).contains("refused");
        assertThat(backOff.enter()).isFalse();
        assertThat(backOff.patience()).contains(millis(100));

        pass(100);

        assertThat(backOff.enter()).isTrue();
        assertThat(backOff.enter()).isFalse();
        assertThat(backOff.succeeded()).isTrue();
        assertThat(backOff.enter()).isTrue();
        assertThat(backOff.problem()).isEmpty();
    }

    @Test
    void eachFurtherFailureDoublesTheTimeUpToAMinute() {
        backOff.failed(0, false, "refused");
        long[] expected = {100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000};
        for (long wait : expected) {
            assertThat(backOff.patience()).contains(millis(wait));
            pass(wait - 1);
            assertThat(backOff.enter()).isFalse();
            pass(1);
            assertThat(backOff.enter()).isTrue();
            assertThat(backOff.failed(0, false, "refused")).isFalse();
        }
    }

    /** Eight threads that meet one failure are one failure. */
    @Test
    void failuresAtTheSameTimeCountOnce() {
        for (int thread = 0; thread < 8; thread++) {
            assertThat(backOff.failed(0, false, "refused")).isEqualTo(thread == 0);
        }
        assertThat(backOff.patience()).contains(millis(100));
    }

    @Test
    void whoFailsSlowlyIsNotWaitedForEither() {
        backOff.failed(millis(1000), false, "no such host");

        assertThat(backOff.patience()).isEqualTo(Optional.empty());
    }

    @Test
    void whoHangsIsLeftAloneForTwiceAsLongAndNotWaitedFor() {
        backOff.failed(millis(3000), true, "no answer");

        assertThat(backOff.patience()).isEqualTo(Optional.empty());
        pass(5999);
        assertThat(backOff.enter()).isFalse();
        pass(1);
        assertThat(backOff.enter()).isTrue();
        assertThat(backOff.patience()).isEqualTo(Optional.empty());
    }
}
