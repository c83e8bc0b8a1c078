package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.audit.AuditChain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
    @TempDir
    Path folder;

    private Path log;
    private String configuration = "";
    private AuditChain chain = AuditChain.EMPTY;

    /** Six lines: two in a compressed file, two in the one that was rotated last, two in the present one. */
    @BeforeEach
    void write() throws IOException {
        log = folder.resolve("audit.jsonl");
        configuration = Files.writeString(folder.resolve("gatehouse.toml"), """
                        [[listener]]
                        address = "127.0.0.1:0"
                        [auth]
                        order = []
                        [auth.paa]
                        [audit]
                        file = "audit.jsonl"
                        [[policy.rule]]
                        name = "all"
                        targets = ["*"]
                        """).toString();
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(folder.resolve("audit.jsonl.10.gz")))) {
            packed.write(two(1).getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(folder.resolve("audit.jsonl.9"), two(3));
        Files.writeString(log, two(5));
        Files.writeString(folder.resolve("audit.jsonl.open"), "");
    }

    private String two(int number) {
        return line(number, true) + line(number + 1, false);
    }

    private String line(int number, boolean isFirst) {
        AuditChain.Linked linked = chain.link("{\"number\":" + number + "}", isFirst);
        chain = linked.chain();
        return linked.text() + "\n";
    }

    private CommandRun verify(String... files) {
        List<String> arguments = new ArrayList<>(List.of("audit", "verify"));
        arguments.addAll(List.of(files));
        arguments.addAll(List.of("--config", configuration));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void aWholeLogIsReadOverAllItsFiles() {
        CommandRun run = verify();
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("6 lines; the last is line 6 of the log, with the hash " + chain.hash() + "\n");
    }

    @Test
    void aChangedLineIsNamedAcrossFiles() throws IOException {
        Path rotated = folder.resolve("audit.jsonl.9");
        Files.writeString(rotated, Files.readString(rotated).replace("\"number\":4", "\"number\":8"));
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains(rotated + ":2: the line, or the one before it, was changed\n");
        assertThat(run.err()).isEqualTo("gatehouse: the audit log was changed: 1 problem\n");
    }

    @Test
    void aRemovedFileIsNamed() throws IOException {
        Files.delete(folder.resolve("audit.jsonl.9"));
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains(log + ":1: lines 3 to 4 of the log are missing or were made unreadable\n");
    }

    @Test
    void filesCanBeNamed() {
        CommandRun run = verify(log.toString());
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("note: " + log + ":1: begins with line 5 of the log; older ones were not given\n");
        assertThat(verify(configuration).err()).contains("no line of an audit log in these files");
        assertThat(verify(folder.resolve("nothing").toString()).err()).contains("there is no such file");
    }
}
