package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTextTest {
    @ParameterizedTest
    @CsvSource({
        "'Jürgen Ⅷ 名前', 'Jürgen Ⅷ 名前'",
        "'a\u202eb', 'a\\u202eb'",
        "'a\u200bb', 'a\\u200bb'",
        "'a\u0007b', 'a\\u0007b'",
        "'e\u0301\u0302\u0303\u0304\u0305x\u0301', 'e\u0301\u0302\u0303\u0304\\u0305x\u0301'"
    })
    void whatCannotBeSeenIsShownByItsNumber(String text, String shown) {
        assertThat(ShownText.of(text)).isEqualTo(shown);
    }

    @Test
    void longTextIsCut() {
        assertThat(ShownText.of("x".repeat(300))).hasSize(300);
        assertThat(ShownText.of("x".repeat(301))).hasSize(301).endsWith("x…");
        assertThat(ShownText.of("\ud800")).isEqualTo("\\ud800");
    }
}
