package io.gatehouse.jetty.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActivityHistoryTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final TestClock clock = new TestClock();
    private final ActivityHistory history = new ActivityHistory(clock);

    private void signIn() {
        history.record(new AuditEvent.SignedIn(
                new AuditEvent.Origin("1", InetAddress.getLoopbackAddress(), Optional.empty(), "http"),
                Identity.local("local", "basic", "alice", Set.of(), Set.of())));
    }

    @Test
    void aMinuteHasItsMostSessionsAndWhatWasCountedInIt() {
        signIn();
        history.sample(3, 100, 1000);
        clock.advance(Duration.ofSeconds(30));
        history.sample(5, 200, 2000);
        clock.advance(Duration.ofSeconds(30));
        history.sample(1, 300, 3000);
        signIn();
        signIn();
        clock.advance(Duration.ofMinutes(1));
        history.sample(0, 450, 3001);

        assertThat(history.last(Duration.ofHours(1), Duration.ofMinutes(1)))
                .containsExactly(
                        new ActivityHistory.Sample(NOON, 5, 1, 0, 300, 3000),
                        new ActivityHistory.Sample(NOON.plusSeconds(60), 1, 2, 0, 150, 1));
        assertThat(history.last(Duration.ofHours(1), Duration.ofMinutes(15)))
                .containsExactly(new ActivityHistory.Sample(NOON, 5, 3, 0, 450, 3001));
    }

    @Test
    void moreThanADayIsForgotten() {
        for (int minute = 0; minute < 2000; minute++) {
            history.sample(minute, minute, minute);
            clock.advance(Duration.ofMinutes(1));
        }
        List<ActivityHistory.Sample> all = history.last(Duration.ofDays(9), Duration.ofMinutes(1));
        assertThat(all).hasSize(1440);
        assertThat(all.getLast().sessions()).isEqualTo(1999);
        assertThat(history.last(Duration.ofDays(1), Duration.ofMinutes(15))).hasSizeBetween(95, 97);
    }
}
