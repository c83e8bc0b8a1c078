package io.gatehouse.formats.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.api.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountEditorTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("accounts");
    }

    private static Account account(String name) {
        return new Account(name, true, Set.of("staff", "lab"), List.of(Secret.ofText("$2y$10$abc")));
    }

    private void write(String text, String permissions) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void theFirstAccountMakesAFileForItsOwnerOnly() throws Exception {
        AccountEditor.add(file, account("Alice"));

        assertThat(file).hasContent("alice:enabled:lab,staff:$2y$10$abc\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void commentsOrderAndPermissionsSurviveAChange() throws Exception {
        write("# people\n\nalice:enabled:\n# robots\nbob:disabled:\n", "rw-r-----");

        AccountEditor.replace(file, new Account("alice", false, Set.of(), List.of()));
        AccountEditor.add(file, account("carol"));
        AccountEditor.remove(file, "BOB");

        assertThat(file).hasContent("# people\n\nalice:disabled:\n# robots\ncarol:enabled:lab,staff:$2y$10$abc\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void theOwnerSurvivesAChangeByRoot() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        write("alice:enabled:\n", "rw-r-----");
        Files.setAttribute(file, "unix:gid", 4711);

        AccountEditor.remove(file, "alice");

        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(4711);
    }

    /** Its owner could put a link where root would write. */
    @Test
    void rootDoesNotChangeTheFileOfAnotherUser() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        write("alice:enabled:\n", "rw-r-----");
        Files.setAttribute(file, "unix:uid", 4711);

        assertThatThrownBy(() -> AccountEditor.remove(file, "alice"))
                .hasMessageContaining("belongs to uid 4711, who must change it");

        assertThat(file).hasContent("alice:enabled:\n");
    }

    @Test
    void nothingIsLeftBesideTheFileButItsLock() throws Exception {
        AccountEditor.add(file, account("alice"));
        AccountEditor.remove(file, "alice");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("accounts", ".accounts.lock");
        }
    }

    /** An empty file is taken for a half-written one, and the content before it goes on being served. */
    @Test
    void whoeverReadsTheFileSeesTheLastAccountGo() throws Exception {
        AccountEditor.add(file, account("alice"));
        AccountFile reader = AccountFile.open(file);
        assertThat(reader.find("alice")).isPresent();

        AccountEditor.remove(file, "alice");

        assertThat(reader.find("alice")).isEmpty();
        assertThat(reader.problem()).isEmpty();
        assertThat(file).hasContent("# no accounts\n");
    }

    @Test
    void aLinkKeepsPointingAtTheFile() throws Exception {
        AccountEditor.add(file, account("alice"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        AccountEditor.add(link, account("bob"));

        assertThat(link).isSymbolicLink();
        assertThat(AccountFile.open(file).find("bob")).isPresent();
    }

    @Test
    void contradictionsAreRefused() throws Exception {
        AccountEditor.add(file, account("alice"));

        assertThatThrownBy(() -> AccountEditor.add(file, account("ALICE")))
                .hasMessageContaining("account alice exists already");
        assertThatThrownBy(() -> AccountEditor.remove(file, "bob")).hasMessageContaining("there is no account bob in");
        assertThatThrownBy(() -> AccountEditor.replace(file, account("bob")))
                .hasMessageContaining("there is no account bob in");
        assertThatThrownBy(() -> AccountEditor.update(file, "alice", _ -> account("bob")))
                .hasMessageContaining("cannot change its name");
        assertThatThrownBy(() -> AccountEditor.add(file, account("a:b"))).hasMessageContaining("account name 'a:b'");
        assertThatThrownBy(() -> AccountEditor.add(file, account("a\nb"))).hasMessageContaining("'a\\u{a}b'");
        assertThat(file).hasContent("alice:enabled:lab,staff:$2y$10$abc\n");
    }

    @Test
    void aBrokenOrOpenFileIsNotChanged() throws Exception {
        write("alice:maybe:\n", "rw-------");
        assertThatThrownBy(() -> AccountEditor.add(file, account("bob"))).hasMessageContaining("line 1");
        write("alice:enabled:\n", "rw-r--r--");
        assertThatThrownBy(() -> AccountEditor.add(file, account("bob"))).hasMessageContaining("chmod 640");
        assertThat(file).hasContent("alice:enabled:\n");
    }

    @Test
    void changesOfManyAtOnceAreAllKept() throws Exception {
        List<Future<?>> changes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 20; number++) {
                Account account = account("user" + number);
                changes.add(threads.submit(() -> {
                    AccountEditor.add(file, account);
                    return account;
                }));
            }
        }
        for (Future<?> change : changes) {
            change.get();
        }
        assertThat(AccountFile.open(file).accounts()).hasSize(20);
    }
}
