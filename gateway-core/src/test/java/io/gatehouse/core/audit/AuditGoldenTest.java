package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.audit.SyslogEncoder.Content;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every event in every format, as {@code src/test/resources/audit-events.txt} has it: what others parse does not change
 * by accident. To change it, run the test with {@code -Daudit.golden=write}, and read the difference.
 */
class AuditGoldenTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "audit-events.txt");

    @Test
    void everyEventIsWrittenAsBefore() throws Exception {
        List<String> lines = new ArrayList<>();
        for (AuditRecord audited : AuditSamples.records()) {
            lines.add(AuditJson.encode(audited));
            for (Content content : List.of(Content.STRUCTURED, Content.CEF)) {
                lines.add(new SyslogEncoder("gw.example.com", 4711, "1.2", content).encode(audited));
            }
            lines.add("");
        }
        if ("write".equals(System.getProperty("audit.golden"))) {
            Files.write(GOLDEN, lines);
        }
        assertThat(Files.readAllLines(GOLDEN)).containsExactlyElementsOf(lines);
    }
}
