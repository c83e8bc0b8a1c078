package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.ConfigurationLoader.Invalid;
import io.gatehouse.core.text.Parsed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may stand where the configuration file is expected: nothing of it blocks, or takes much memory. */
@Timeout(20)
class SmallFileTest {
    @TempDir
    private Path folder;

    private String problem(Path file) {
        return ConfigurationLoader.load(file, Map.of()) instanceof Invalid(List<Problem> problems)
                ? problems.getFirst().message()
                : "";
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(problem(pipe)).endsWith("pipe is not a file (expected a regular file)");
    }

    @Test
    void aFolderIsNoFile() {
        assertThat(problem(folder)).endsWith(" is a folder (expected a regular file)");
    }

    @Test
    void aHundredMegabytesAreNotRead() throws IOException {
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(100_000_000);
        }
        assertThat(problem(large)).endsWith("large is too large (expected at most 1048576 bytes)");
    }

    @Test
    void listsInListsWithoutEndAreAProblem() throws IOException {
        Path deep = Files.writeString(folder.resolve("deep"), "x = " + "[".repeat(100_000) + "]".repeat(100_000));
        assertThat(problem(deep)).startsWith("Nesting is too deep");
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadIsReadAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        Path next = Files.writeString(folder.resolve("next"), "new");
        Parsed<byte[]> read = SmallFile.read(file, path -> {
            byte[] bytes = Files.readAllBytes(path);
            if (Files.exists(next)) {
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
            }
            return bytes;
        });
        assertThat(read)
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid -> assertThat((byte[]) valid.value()).isEqualTo(bytes("new")));
    }

    @Test
    void aFileThatGrowsAllTheTimeIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "a");
        Parsed<byte[]> read = SmallFile.read(file, path -> {
            byte[] bytes = Files.readAllBytes(path);
            Files.write(path, bytes("a".repeat(bytes.length + 1)));
            return bytes;
        });
        assertThat(read).isEqualTo(Parsed.faulty("file " + file + " changed each time it was read"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
