package io.gatehouse.formats.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountFileTest {
    private static final String HASH = "$3$$0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = directory.resolve("accounts");
        rewrite("# people\n\nalice:enabled:staff,lab:" + HASH + ":$2y$10$abc\nbob:disabled:\n");
    }

    private void rewrite(String text) throws Exception {
        rewrite(text.getBytes(StandardCharsets.UTF_8));
    }

    private void rewrite(byte[] content) throws Exception {
        Files.write(file, content);
        permit("rw-------");
    }

    private void permit(String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void accountsAreFoundInAnySpelling() throws Exception {
        AccountFile accounts = AccountFile.open(file);

        Account alice = accounts.find("Alice").orElseThrow();
        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.enabled()).isTrue();
        assertThat(alice.groups()).containsExactlyInAnyOrder("staff", "lab");
        assertThat(alice.credential("$3$")).contains(HASH);
        assertThat(alice.credential("$2y$")).contains("$2y$10$abc");
        assertThat(accounts.find("bob").orElseThrow().enabled()).isFalse();
        assertThat(accounts.find("carol")).isEmpty();
        assertThat(accounts.problem()).isEmpty();
    }

    @Test
    void theMachinesLanguageDoesNotMatter() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.of("tr", "TR"));
        try {
            rewrite("IRIS:enabled:\n");
            assertThat(AccountFile.open(file).find("iris").orElseThrow().name()).isEqualTo("iris");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aChangeIsSeenAtOnce() throws Exception {
        AccountFile accounts = AccountFile.open(file);
        rewrite("carol:enabled:\n");

        assertThat(accounts.find("carol")).isPresent();
        assertThat(accounts.find("alice")).isEmpty();
    }

    @Test
    void aBrokenChangeLeavesTheLastGoodContentInPlace() throws Exception {
        AccountFile accounts = AccountFile.open(file);
        rewrite("carol:enabled:\ncarol:maybe:\n");

        assertThat(accounts.find("alice")).isPresent();
        assertThat(accounts.find("carol")).isEmpty();
        assertThat(accounts.problem().orElseThrow()).contains("line 2: the second field is 'maybe'");

        rewrite("carol:enabled:\n");
        assertThat(accounts.find("carol")).isPresent();
        assertThat(accounts.problem()).isEmpty();
    }

    @Test
    void aHalfWrittenFileIsNotServed() throws Exception {
        AccountFile accounts = AccountFile.open(file);

        rewrite("");
        assertThat(accounts.find("alice")).isPresent();
        assertThat(accounts.problem().orElseThrow()).endsWith("is empty (it may be half written)");
        rewrite("alice:enabled:sta");
        assertThat(accounts.find("alice").orElseThrow().groups()).contains("staff");
        assertThat(accounts.problem().orElseThrow()).contains("line 1: the line does not end");
    }

    /** The first half, up to the end of a line, is a good file of its own. */
    @Test
    void anAccountThatIsMissingInAFileThatIsBeingWrittenIsNotTakenForRemoved() throws Exception {
        AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
        AccountFile accounts = AccountFile.open(file, new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.now().plus(later.get());
            }
        });
        rewrite("bob:enabled:\n");
        assertThat(accounts.find("alice")).isEmpty();
        assertThat(accounts.status("alice")).get().isInstanceOf(AccountStatus.Unavailable.class);
        assertThat(accounts.status("bob")).get().isInstanceOf(AccountStatus.Active.class);
        later.set(Duration.ofSeconds(10));
        assertThat(accounts.status("alice")).isEmpty();

        rewrite("broken\n");
        assertThat(accounts.status("alice")).get().isInstanceOf(AccountStatus.Unavailable.class);
        rewrite("alice:disabled:\n");
        assertThat(accounts.status("alice")).get().isInstanceOf(AccountStatus.Gone.class);
    }

    @Test
    void aFileThatVanishesOrOpensUpIsRememberedAsAProblem() throws Exception {
        AccountFile accounts = AccountFile.open(file);
        permit("rw-r--r--");
        assertThat(accounts.find("alice")).isPresent();
        assertThat(accounts.problem().orElseThrow()).endsWith("run: chmod 640 " + file + ")");

        Files.delete(file);
        assertThat(accounts.find("alice")).isPresent();
        assertThat(accounts.problem().orElseThrow()).contains("does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rw-r-----", "r--r-----"})
    void guardedFilesAreOpened(String permissions) throws Exception {
        permit(permissions);
        assertThat(AccountFile.open(file).accounts()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-rw----", "rw-----w-", "rw-r--r--", "rw------x", "rw---x---"})
    void unguardedFilesAreRefusedWithTheCommandThatMendsThem(String permissions) throws Exception {
        permit(permissions);
        assertThatThrownBy(() -> AccountFile.open(file))
                .isInstanceOf(ProviderException.class)
                .hasMessageMatching(".*has the permissions [0-7]+ \\(expected 600.*run: chmod 6[04]0 .*accounts\\)");
    }

    @Test
    void aFileOfAnotherUserIsRefusedWhenAThirdUserCouldReplaceIt() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(file, "unix:uid", 4711);
        assertThat(AccountFile.open(file).accounts()).hasSize(2);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> AccountFile.open(file))
                .hasMessageContaining(
                        "belongs to uid 4711, and others than root and this user can change " + directory);
    }

    @Test
    void directoriesAndMissingFilesAreRefused() {
        assertThatThrownBy(() -> AccountFile.open(directory)).hasMessageEndingWith("is not a regular file");
        assertThatThrownBy(() -> AccountFile.open(directory.resolve("none"))).hasMessageContaining("does not exist");
    }

    @Test
    void everyProblemIsReportedWithItsLineAndWithoutCredentials() throws Exception {
        rewrite("""
                # comment
                alice:enabled:staff
                ALICE:enabled:staff
                bob
                b@b:on:a,a,:$3$$x
                carol:enabled::plain-secret
                dave:enabled::$3$$secret:$3$$secret
                """);
        assertThatThrownBy(() -> AccountFile.open(file))
                .hasMessageContaining("line 3: account alice stands in line 2 already")
                .hasMessageContaining("line 4: has 1 of the fields")
                .hasMessageContaining("line 5: account name 'b@b' (expected letters, digits, '.', '_' and '-' only)")
                .hasMessageContaining("line 5: the second field is 'on' (expected enabled or disabled)")
                .hasMessageContaining("line 5: group 'a' stands twice")
                .hasMessageContaining("line 5: group name has 0 characters (expected 1 to 64)")
                .hasMessageContaining("line 6: credential 1 is not in crypt notation (expected $kind$…)")
                .hasMessageContaining("line 7: credential 2 is the second of its kind")
                .hasMessageNotContaining("secret");
    }

    @Test
    void bytesThatAreNotUtf8AreAProblemOfTheirLine() throws Exception {
        rewrite(new byte[] {'#', '\n', 'm', (byte) 0xfc, '\n'});
        assertThatThrownBy(() -> AccountFile.open(file)).hasMessageContaining("line 2: is not UTF-8");
    }

    @Test
    void aFileOverTheLimitIsRefused() throws Exception {
        byte[] large = new byte[(16 << 20) + 1];
        java.util.Arrays.fill(large, (byte) '\n');
        rewrite(large);
        assertThatThrownBy(() -> AccountFile.open(file)).hasMessageContaining("is larger than 16777216 bytes");
    }

    @Test
    void secretsOfAnAccountDoNotShow() throws Exception {
        assertThat(AccountFile.open(file).find("alice").orElseThrow().toString())
                .doesNotContain("0123456789");
        assertThat(Secret.ofText(HASH).toString()).isEqualTo("Secret[36 bytes]");
    }
}
