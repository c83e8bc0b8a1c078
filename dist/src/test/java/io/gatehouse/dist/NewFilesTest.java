package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails in the middle leaves everything as it was. */
class NewFilesTest {
    @TempDir
    private Path folder;

    private final NewFiles files = new NewFiles(true);

    @BeforeEach
    void before() throws IOException {
        Files.writeString(folder.resolve("secret"), "of before");
        files.add(folder.resolve("secret"), "new");
        files.add(folder.resolve("another"), "new");
    }

    private void assertAsBefore(String... more) throws IOException {
        assertThat(folder.resolve("secret")).content().isEqualTo("of before");
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(Stream.of("secret"), Stream.of(more)).toList());
        }
    }

    @Test
    void filesAreTakenBackIfTheLastStepFails() throws IOException {
        files.last(() -> {
            assertThat(folder.resolve("secret")).content().isEqualTo("new");
            throw CommandException.failed("no account");
        });
        assertThatThrownBy(files::write).hasMessage("no account");
        assertAsBefore();
    }

    /** The folder comes into being between the look and the write, as a file of another program could. */
    @Test
    void filesAreTakenBackIfAnotherCannotBePutIntoItsPlace() throws IOException {
        files.add(folder.resolve("taken"), "new");
        files.add(folder.resolve("taken/file"), "new");
        assertThatThrownBy(files::write)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("taken: already exists");
        assertAsBefore("taken");
        assertThat(folder.resolve("taken")).isEmptyDirectory();
    }

    @Test
    void filesAreWrittenTogether() throws Exception {
        assertThat(files.write()).isEqualTo(List.of(folder.resolve("secret.old")));
        assertThat(folder.resolve("secret")).content().isEqualTo("new");
        assertThat(folder.resolve("secret.old")).content().isEqualTo("of before");
        assertThat(folder.resolve("another")).content().isEqualTo("new");
    }
}
