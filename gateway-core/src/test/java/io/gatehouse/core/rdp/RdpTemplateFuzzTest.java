package io.gatehouse.core.rdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.text.Parsed;
import java.util.List;

/** Whatever stands in somebody's template, it is refused, or what is kept of it is a good file. */
class RdpTemplateFuzzTest {
    @FuzzTest
    void everyTemplateIsKeptOrRefused(byte[] content) {
        switch (RdpTemplate.read(content)) {
            case Parsed.Valid<RdpTemplate>(RdpTemplate template) -> {
                assertThat(template.file().settings()).isNotEmpty();
                assertThat(template.notes())
                        .allSatisfy(note -> assertThat(note)
                                .isNotEmpty()
                                .hasSizeLessThan(256)
                                .matches("\\P{Cntrl}*"));
                // What is written needs no second cleaning.
                assertThat(RdpTemplate.read(template.file().encode()))
                        .isEqualTo(Parsed.valid(new RdpTemplate(template.file(), List.of())));
            }
            case Parsed.Faulty<RdpTemplate>(String problem) ->
                assertThat(problem).isNotEmpty().hasSizeLessThan(4096).matches("\\P{Cntrl}*");
        }
    }
}
