package io.gatehouse.formats.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Skew SKEW = new Skew(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(30));

    /** Seconds from now. */
    @ParameterizedTest
    @CsvSource({
        "-31, true, true, false",
        "-30, false, true, false",
        "-29, false, false, false",
        "0, false, false, false",
        "30, false, false, false",
        "31, false, false, true",
    })
    void theSkewIsGrantedInBothDirections(long seconds, boolean past, boolean expired, boolean future) {
        Instant time = NOW.plusSeconds(seconds);
        assertThat(SKEW.isPast(time)).isEqualTo(past);
        assertThat(SKEW.hasExpired(time)).isEqualTo(expired);
        assertThat(SKEW.isFuture(time)).isEqualTo(future);
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "59, 59s", "60, 1m 0s", "301, 5m 1s", "3599, 59m 59s", "3600, 1h 0m", "86400, 24h 0m"})
    void durationsAreToldAsPeopleWriteThem(long seconds, String text) {
        assertThat(Skew.text(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void aDistanceHasNoDirection() {
        assertThat(SKEW.distance(NOW.plusSeconds(61))).isEqualTo("1m 1s");
        assertThat(SKEW.distance(NOW.minusSeconds(61))).isEqualTo("1m 1s");
    }
}
