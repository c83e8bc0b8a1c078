package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalNamesTest {
    private static final Domain CORP =
            new Domain("CORP", Optional.of("corp.example.com"), List.of("example.com"), List.of(), List.of());
    private static final LocalNames NAMES = new LocalNames("gw.example.com", new Domains(List.of(CORP)));

    @ParameterizedTest
    @CsvSource({
        "alice, alice, false, false",
        ".\\alice, alice, true, false",
        "GW\\alice, alice, true, false",
        "gw.example.com\\alice, alice, true, false",
        "Alice@GW.example.com, Alice, true, false",
        "alice@gw, alice, true, false",
        "alice@anything, alice@anything, false, true",
        "ANYTHING\\alice, ANYTHING\\alice, false, true",
        "alice@., alice@., false, true",
        "CORP\\alice, CORP\\alice, false, true",
        "alice@corp.example.com, alice@corp.example.com, false, true",
        "GW\\alice@corp.example.com, alice@corp.example.com, true, true",
        ".\\CORP\\alice, CORP\\alice, true, true",
        "\\alice, \\alice, false, true"
    })
    void aNameSaysWhereItsAccountIs(String sent, String text, boolean own, boolean foreign) {
        LoginName name = NAMES.read(sent);

        assertThat(name).isEqualTo(new LoginName(text, own));
        assertThat(name.isForeign()).isEqualTo(foreign);
    }

    @ParameterizedTest
    @CsvSource({
        "Alice, alice",
        ".\\Alice, alice",
        "CORP\\Alice, corp\\alice",
        "corp.example.com\\alice, corp\\alice",
        "alice@Example.com, corp\\alice",
        "alice@corp.example.com, corp\\alice",
        "alice@other.example.com, alice@other.example.com",
        "OTHER\\alice, other\\alice"
    })
    void guessesCountUnderOneSpellingOfADomain(String sent, String claimed) {
        assertThat(NAMES.claimed(NAMES.read(sent))).isEqualTo(claimed);
    }
}
