package io.gatehouse.formats.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "Zürich €", "日本", "O'Brien (IT)", "a\u00a0b", "\ud83d\ude00"})
    void whatPeopleReadIsPrintable(String text) {
        assertThat(PrintableText.isPrintable(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "\u0000",
                "\u007f",
                "\u0085", // control characters
                "\u2028",
                "\u2029", // ends of lines
                "\u202e",
                "\u200b",
                "\u200d",
                "\ufeff",
                "\u00ad", // formats, most of which cannot be seen
                "\ud83d",
                "\ude00a", // half of a pair
                "\ue000",
                "\ufdd0" // private, unassigned
            })
    void whatDoesAnythingElseThanStandThereIsNot(String text) {
        assertThat(PrintableText.isPrintable(text)).isFalse();
    }

    @Test
    void valuesAreQuotedAsTheyAreAndNoLongerThanFits() {
        assertThat(PrintableText.quoted("a \n\u202eb")).isEqualTo("\"a ??b\"");
        assertThat(PrintableText.quoted("x".repeat(200))).isEqualTo("\"" + "x".repeat(200) + "\"");
        assertThat(PrintableText.quoted("\ud83d\ude00".repeat(201)))
                .isEqualTo("\"" + "\ud83d\ude00".repeat(200) + "…\"");
    }

    @Test
    void aLineIsOneLine() {
        assertThat(PrintableText.line("  TLS:\r\n\t no route\u0000 \u202eto host "))
                .isEqualTo("TLS: no route ?to host");
        assertThat(PrintableText.line("x".repeat(301))).isEqualTo("x".repeat(300) + "…");
    }

    @Test
    void anExceptionWithoutAMessageIsNamedByItsKind() {
        assertThat(PrintableText.line(new IOException("no\nroute"))).isEqualTo("no route");
        assertThat(PrintableText.line(new IOException())).isEqualTo("IOException");
        assertThat(PrintableText.line(new IOException(" "))).isEqualTo("IOException");
    }
}
