package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The file is rotated from outside, removed, or on a disk that is full. */
@Timeout(60)
class AuditFileTest {
    private static final int DISK = 1 << 20;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path path;

    @BeforeEach
    void aFreshName() {
        path = folder.fresh("logs").resolve("audit.jsonl");
    }

    private AuditFile open() throws IOException {
        Files.createDirectories(path.getParent());
        return AuditFile.at(path, AuditRotation.NONE, Clock.systemUTC());
    }

    @Test
    void linesAreAppendedToWhatIsThere() throws Exception {
        try (AuditFile file = open()) {
            file.append(_ -> "one");
        }
        try (AuditFile file = open()) {
            file.append(_ -> "two");
        }
        assertThat(path).hasContent("one\ntwo\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aLineWithoutAnEndFromBeforeIsNotGoneOnWith() throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "one\ntw");
        try (AuditFile file = open()) {
            file.append(_ -> "three");
        }
        assertThat(path).hasContent("one\ntw\nthree\n");
    }

    @Test
    void aFileThatWasRenamedIsOpenedAnew() throws Exception {
        Path rotated = path.resolveSibling("audit.jsonl.1");
        try (AuditFile file = open()) {
            file.append(_ -> "one");
            Files.move(path, rotated);
            file.append(_ -> "two");
            file.append(_ -> "three");
        }
        assertThat(rotated).hasContent("one\n");
        assertThat(path).hasContent("two\nthree\n");
    }

    @Test
    void aFileThatWasRemovedOrReplacedIsOpenedAnew() throws Exception {
        try (AuditFile file = open()) {
            file.append(_ -> "one");
            Files.delete(path);
            file.append(_ -> "two");
            assertThat(path).hasContent("two\n");
            Files.move(path, path.resolveSibling("old"));
            Files.writeString(path, "new\n");
            file.append(_ -> "three");
        }
        assertThat(path).hasContent("new\nthree\n");
    }

    /** What can be kept is kept while the new file cannot be made. */
    @Test
    void aFileThatCannotBeOpenedAnewIsWrittenToUnderItsNewName() throws Exception {
        Path moved = folder.fresh("moved");
        try (AuditFile file = open()) {
            file.append(_ -> "one");
            Files.move(path.getParent(), moved);
            file.append(_ -> "two");
            assertThat(moved.resolve("audit.jsonl")).hasContent("one\ntwo\n");
            Files.createDirectory(path.getParent());
            file.append(_ -> "three");
        }
        assertThat(path).hasContent("three\n");
    }

    /** The example of docs/audit.md, with the path of this test, by the real logrotate. */
    @Test
    void logrotateRotatesAsTheDocumentationShows() throws Exception {
        RequiredTools.assume("logrotate");
        Matcher example = Pattern.compile("For logrotate:\n\n```\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/audit.md")));
        assertThat(example.find()).isTrue();
        Path configuration = folder.fresh("logrotate.conf");
        Files.writeString(configuration, example.group(1).replace("/var/log/gatehouse/audit.jsonl", path.toString()));
        Path state = folder.fresh("logrotate.state");
        try (AuditFile file = open()) {
            Files.setPosixFilePermissions(path.getParent(), PosixFilePermissions.fromString("rwx------"));
            for (String line : List.of("one", "two", "three")) {
                file.append(_ -> line);
                Command.of("logrotate", "--force", "--state", state.toString(), configuration.toString())
                        .runOrThrow(folder);
            }
            file.append(_ -> "four");
        }
        assertThat(path).hasContent("four\n");
        assertThat(path.resolveSibling("audit.jsonl.1")).hasContent("three\n");
        Command.of("gunzip", path.resolveSibling("audit.jsonl.2.gz").toString()).runOrThrow(folder);
        assertThat(path.resolveSibling("audit.jsonl.2")).hasContent("two\n");
    }

    @Test
    void afterAFullDiskEveryLineIsWholeOrCountedAsNotWritten() throws Exception {
        Path disk = folder.fresh("disk");
        Files.createDirectories(disk);
        Assumptions.assumeTrue(
                Command.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                        .run(folder)
                        .succeeded(),
                "no right to mount a small disk");
        path = disk.resolve("audit.jsonl");
        try (AuditFile file = AuditFile.at(path, AuditRotation.NONE, Clock.systemUTC())) {
            Path other = disk.resolve("other");
            Files.write(other, new byte[DISK / 2]);
            List<String> written = new ArrayList<>();
            int refused = 0;
            for (int number = 0; refused < 3; number++) {
                String line = "{\"line\":" + number + ",\"text\":\"" + "x".repeat(1000) + "\"}";
                try {
                    file.append(_ -> line);
                    written.add(line);
                } catch (IOException full) {
                    refused++;
                }
            }
            Files.write(other, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
            file.append(_ -> "last");
            written.add("last");
            List<String> lines = Files.readAllLines(path);
            assertThat(lines).hasSize(written.size() + 1).containsAll(written).endsWith("last");
        } finally {
            Command.of("umount", "--lazy", disk.toString()).runOrThrow(folder);
        }
    }
}
