package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventExportTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                " =cmd|' /C calc'!A0",
                "\u00a0=1",
                "\uff1d1",
                "\uff0b1",
                "\uff0d1",
                "\uff201",
                "|x",
                "%x"
            })
    void whatLooksLikeAFormulaIsText(String text) {
        assertThat(EventExport.cell(text)).startsWith("\"'");
    }

    @Test
    void quotesAreDoubledAndControlCharactersAreShown() {
        assertThat(EventExport.cell("a \"b\",c")).isEqualTo("\"a \"\"b\"\",c\"");
        assertThat(EventExport.cell("a\r\n=1\t\u202e")).isEqualTo("\"a\\u000d\\u000a=1\\u0009\\u202e\"");
        assertThat(EventExport.cell("\t=1")).isEqualTo("\"\\u0009=1\"");
        assertThat(EventExport.cell("")).isEqualTo("\"\"");
    }
}
