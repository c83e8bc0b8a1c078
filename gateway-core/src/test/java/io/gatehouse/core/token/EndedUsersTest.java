package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.core.text.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndedUsersTest {
    private static final Domains DOMAINS =
            new Domains(List.of(new Domain("CORP", Optional.of("corp.example.com"), List.of(), List.of(), List.of())));
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "alice, \\alice",
        "Alice, \\alice",
        "CORP\\Alice, corp\\alice",
        "corp.example.com\\alice, corp\\alice",
        "alice@corp.example.com, corp\\alice",
        "alice@elsewhere.example, elsewhere.example\\alice",
    })
    void theAccountIsTheOneThatSessionsKnow(String name, String account) {
        assertThat(EndedUsers.account(name, DOMAINS)).isEqualTo(Parsed.valid(account));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " alice", "\\alice", "CORP\\", "@corp", "alice@", "a\nb", "A\\B\\c"})
    void whatIsNoNameIsRefused(String name) {
        assertThat(EndedUsers.account(name, DOMAINS)).isInstanceOf(Parsed.Faulty.class);
    }

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
