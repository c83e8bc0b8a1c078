package io.gatehouse.core.rdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.text.Parsed;

/**
 * Whatever stands in a file, reading it ends in settings or in problems, and what was read is written and read again
 * the same.
 */
class RdpFileFuzzTest {
    @FuzzTest
    void everyContentIsSettingsOrProblems(byte[] content) {
        switch (RdpFile.parse(content)) {
            case Parsed.Valid<RdpFile>(RdpFile file) ->
                assertThat(RdpFile.parse(file.encode())).isEqualTo(Parsed.valid(file));
            case Parsed.Faulty<RdpFile>(String problem) ->
                assertThat(problem).isNotEmpty().hasSizeLessThan(4096).matches("\\P{Cntrl}*");
        }
    }
}
