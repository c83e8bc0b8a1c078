package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.dist.installed.QuickStartPage.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The marks of quick starts, and that no block goes without. */
class QuickStartPageTest {
    @Test
    void everyBlockIsRunOrThePageSaysWhyNot() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path file : QuickStartPage.all()) {
            String text = Files.readString(file);
            for (Block block : new QuickStartPage(text).blocks()) {
                String before = text.substring(0, text.indexOf(block.script()));
                boolean excused = before.substring(before.lastIndexOf("\n## ")).contains("Not run by the tests");
                if (block.language().equals("sh") ? block.marks().isEmpty() : !excused) {
                    silent.add(file.getFileName() + ": " + block.script());
                }
            }
        }
        assertThat(silent).isEmpty();
        assertThat(QuickStartPage.all()).hasSize(5);
    }

    @Test
    void aMarkSaysWhatIsTypedPrintedAndChanged() {
        List<Block> blocks = new QuickStartPage("""
                Text.

                <!-- run: type=one | two; print=done; warnings; change=a b => a --c b -->

                ```sh
                a b
                ```

                ```
                not run
                ```
                """).blocks();
        assertThat(blocks).hasSize(2);
        Block marked = blocks.getFirst();
        assertThat(marked.typed()).isEqualTo("one\ntwo\n");
        assertThat(marked.printed()).isEqualTo("done");
        assertThat(marked.mayWarn()).isTrue();
        assertThat(marked.commands()).isEqualTo("a --c b\n");
        assertThat(blocks.getLast()).isEqualTo(new Block("", "not run\n", Optional.empty()));
        assertThat(new QuickStartPage("<!-- run: -->\n\n```sh\nx\n```\n").blocks())
                .containsExactly(new Block("sh", "x\n", Optional.of(Map.of())));
    }
}
