package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndedUsersTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @Test
    void theFileIsReadAsItWasWritten() {
        EndedUsers two = EndedUsers.NONE
                .with(new EndedUsers.Ended(NOON, "corp\\alice smith"))
                .with(new EndedUsers.Ended(NOON.plusSeconds(1), "\\bob"));
        assertThat(two.text()).isEqualTo("2026-11-29T12:00:00Z corp\\alice smith\n2026-11-29T12:00:01Z \\bob\n");
        assertThat(EndedUsers.parse(two.text())).isEqualTo(Parsed.valid(two));
        assertThat(EndedUsers.parse("")).isEqualTo(Parsed.valid(EndedUsers.NONE));
    }

    @Test
    void oldLinesGo() {
        EndedUsers later = EndedUsers.NONE
                .with(new EndedUsers.Ended(NOON, "\\alice"))
                .with(new EndedUsers.Ended(NOON.plus(Duration.ofDays(31)), "\\bob"));
        assertThat(later.all()).extracting(EndedUsers.Ended::account).containsExactly("\\bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2026-11-29T12:00:00Z", "2026-11-29T12:00:00Z alice", "noon \\alice", " \\alice"})
    void aBrokenFileIsNamedByItsLine(String line) {
        assertThat(EndedUsers.parse("2026-11-29T12:00:00Z \\bob\n" + line + "\n"))
                .isInstanceOf(Parsed.Faulty.class)
                .asString()
                .contains("line 2");
    }
}
