package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainTest {
    private static final Domain SKI =
            new Domain("SKI", Optional.of("SKI.EXAMPLE"), List.of("ski.test"), List.of(), List.of());

    @ParameterizedTest
    @CsvSource({
        "ski,         true",
        "Ski.Example, true",
        "SKI.TEST,    true",
        "sk,          false",
        "'',          false",
        // Other letters, of domains that others can own: dotless i, I with a dot, long s.
        "skı,         false",
        "skı.example, false",
        "SKİ.TEST,    false",
        "ſki,         false",
    })
    void itsNamesDifferByCaseOnly(String name, boolean isIts) {
        assertThat(SKI.isNamed(name)).isEqualTo(isIts);
        assertThat(new Domains(List.of(SKI)).find(name).isPresent()).isEqualTo(isIts);
    }

    @Test
    void letterOutsideAsciiHasACase() {
        assertThat(Domain.isSameName("Bücher.example", "BÜCHER.EXAMPLE")).isTrue();
    }
}
