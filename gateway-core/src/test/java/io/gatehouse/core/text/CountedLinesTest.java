package io.gatehouse.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountedLinesTest {
    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(CountedLines.write("things", "a\nb\n")).isEqualTo("things, 2 lines\na\nb\n");
        assertThat(CountedLines.parse("things", "things, 2 lines\na\nb\n", Parsed::valid))
                .isEqualTo(Parsed.valid("\na\nb\n"));
        assertThat(CountedLines.parse("things", CountedLines.write("things", ""), Parsed::valid))
                .isEqualTo(Parsed.valid("\n"));
    }

    @Test
    void textFromBeforeThereWasACountIsLeftAsItIs() {
        for (String old : new String[] {"", "a\nb\n", "things 1\na\n"}) {
            assertThat(CountedLines.parse("things", old, Parsed::valid)).isEqualTo(Parsed.valid(old));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "things, ",
                "things, 2 lines",
                "things, 2 lines\n",
                "things, 2 lines\na\n",
                "things, 2 lines\na\nb",
                "things, 2 lines\na\nb\nc",
                "things, 2 lines\na\nb\nc\n",
                "things, 02 lines\na\nb\n",
                "things, two lines\na\nb\n",
                "things, -1 lines\n"
            })
    void aFileThatWasCutOrChangedIsNoticed(String text) {
        assertThat(CountedLines.parse("things", text, Parsed::valid))
                .isInstanceOfSatisfying(
                        Parsed.Faulty.class,
                        faulty -> assertThat(faulty.problem()).contains("was cut or changed"));
    }
}
