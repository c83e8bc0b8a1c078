package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UserCommandTest {
    /** The NT hash of {@code password}, as every table of NTLM has it. */
    private static final String NT_HASH_OF_PASSWORD = "$3$$8846f7eaee8fb117ad06bdd830b7586c";

    @TempDir
    private Path folder;

    private Path accounts;

    @BeforeEach
    void nameTheFile() {
        accounts = folder.resolve("accounts");
    }

    private String[] user(String... arguments) {
        return Stream.concat(
                        Stream.concat(Stream.of("user"), Stream.of(arguments)),
                        Stream.of("--accounts", accounts.toString()))
                .toArray(String[]::new);
    }

    private String lineOf(String name) throws IOException {
        return Files.readAllLines(accounts).stream()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElse("nobody");
    }

    @Test
    void addWritesOneCredentialForEachInstalledProvider() throws IOException {
        CommandRun run = CommandRun.withInput(
                "password\n", user("add", "Alice", "--group", "staff", "-g", "admins", "--password-stdin"));
        assertThat(run).isEqualTo(new CommandRun(0, "added alice to " + accounts + "\n", ""));
        assertThat(lineOf("alice"))
                .startsWith("alice:enabled:admins,staff:")
                .contains(":" + NT_HASH_OF_PASSWORD)
                .contains(":$argon2id$v=19$")
                .doesNotContain("password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(accounts)))
                .isEqualTo("rw-------");
    }

    @Test
    void addAsksTwiceAtATerminal() throws IOException {
        CommandRun run = CommandRun.atTerminal(List.of("password", "password"), user("add", "alice", "--disabled"));
        assertThat(run.code()).isZero();
        assertThat(lineOf("alice")).startsWith("alice:disabled::").contains(NT_HASH_OF_PASSWORD);
    }

    @Test
    void twoDifferentPasswordsAreCode2AndNobodyIsAdded() {
        CommandRun run = CommandRun.atTerminal(List.of("password", "passwort"), user("add", "alice"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("gatehouse: the two passwords differ\n");
        assertThat(accounts).doesNotExist();
    }

    @Test
    void withoutATerminalThereMustBeAnotherSourceOfThePassword() {
        CommandRun run = CommandRun.of(user("add", "alice"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("use --password-stdin or --generate");
    }

    @Test
    void anEmptyPasswordIsCode2() {
        CommandRun run = CommandRun.withInput("\n", user("add", "alice", "--password-stdin"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("gatehouse: the password is empty\n");
    }

    @Test
    void twoSourcesOfThePasswordAreCode2() {
        assertThat(CommandRun.of(user("add", "alice", "--password-stdin", "--generate"))
                        .code())
                .isEqualTo(2);
    }

    @Test
    void aGeneratedPasswordIsPrintedOnceAndNotStored() throws IOException {
        CommandRun run = CommandRun.of(user("add", "robot", "--generate"));
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("password: [A-Za-z2-9]{20}\nadded robot to .*\n");
        assertThat(Files.readString(accounts)).doesNotContain(run.out().substring(10, 30));
    }

    @Test
    void whoExistsCannotBeAdded() {
        CommandRun.of(user("add", "alice", "--generate"));
        CommandRun run = CommandRun.of(user("add", "ALICE", "--generate"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("gatehouse: account alice exists already in " + accounts + "\n");
    }

    @Test
    void aNameWithAColonIsRefused() {
        assertThat(CommandRun.of(user("add", "al:ice", "--generate")).code()).isEqualTo(1);
        assertThat(accounts).doesNotExist();
    }

    @Test
    void passwdChangesTheCredentialsAndNothingElse() throws IOException {
        CommandRun.of(user("add", "alice", "--group", "staff", "--disabled", "--generate"));
        CommandRun run = CommandRun.withInput("password", user("passwd", "Alice", "--password-stdin"));
        assertThat(run).isEqualTo(new CommandRun(0, "changed the password of alice in " + accounts + "\n", ""));
        assertThat(lineOf("alice")).startsWith("alice:disabled:staff:").contains(NT_HASH_OF_PASSWORD);
    }

    @Test
    void passwdOfNobodyIsCode1() {
        CommandRun.of(user("add", "alice", "--generate"));
        CommandRun run = CommandRun.of(user("passwd", "bob", "--generate"));
        assertThat(run).isEqualTo(new CommandRun(1, "", "gatehouse: there is no account bob in " + accounts + "\n"));
    }

    @Test
    void removeRemoves() throws IOException {
        CommandRun.of(user("add", "alice", "--generate"));
        CommandRun.of(user("add", "bob", "--generate"));
        CommandRun run = CommandRun.of(user("remove", "alice"));
        assertThat(run).isEqualTo(new CommandRun(0, "removed alice from " + accounts + "\n", ""));
        assertThat(lineOf("alice")).isEqualTo("nobody");
        assertThat(lineOf("bob")).startsWith("bob:enabled:");
    }

    @Test
    void removingNobodyIsCode1() {
        CommandRun.of(user("add", "alice", "--generate"));
        assertThat(CommandRun.of(user("remove", "bob")).code()).isEqualTo(1);
    }

    @Test
    void listShowsNameStateGroupsAndKindsOfCredentials() throws IOException {
        PrivateFiles.write(
                accounts,
                "# ours\nbob:disabled::$2y$10$abc\nalice:enabled:staff,admins:" + NT_HASH_OF_PASSWORD
                        + ":$argon2id$v=19$m=1,t=1,p=1$YWJj$ZGVm\n");
        assertThat(CommandRun.of(user("list")))
                .isEqualTo(
                        new CommandRun(0, "alice\tenabled\tadmins,staff\tnt,argon2id\nbob\tdisabled\t\tbcrypt\n", ""));
    }

    @Test
    void listOfAMissingFileIsCode1() {
        CommandRun run = CommandRun.of(user("list"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("does not exist");
    }

    @Test
    void theAccountFileIsFoundThroughTheConfiguration() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder).withShippedConfiguration();
        CommandRun run = CommandRun.of(
                "user",
                "add",
                "alice",
                "--generate",
                "--config",
                example.configuration().toString());
        assertThat(run.code()).isZero();
        assertThat(lineOf("alice")).startsWith("alice:enabled::");
    }

    @Test
    void twoAccountFilesInTheConfigurationMustBeToldApart() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder).withText("""
                        [[listener]]
                        address = "127.0.0.1:0"
                        [auth]
                        order = ["ntlm", "local"]
                        [auth.ntlm]
                        accounts = "accounts"
                        [auth.local]
                        accounts = "others"
                        """);
        CommandRun run = CommandRun.of(
                "user", "list", "--config", example.configuration().toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("choose with --accounts FILE");
    }

    @Test
    void userAloneIsWrongUsage() {
        assertThat(CommandRun.of("user").code()).isEqualTo(2);
    }

    @Test
    void aByteOrderMarkIsNoPartOfThePassword() throws IOException {
        CommandRun run = CommandRun.withInput("\ufeffpassword\r\n", user("add", "alice", "--password-stdin"));
        assertThat(run.code()).isZero();
        assertThat(lineOf("alice")).contains(":" + NT_HASH_OF_PASSWORD);
    }

    static Stream<Arguments> whatNobodyCanType() {
        return Stream.of(
                Arguments.of(
                        "a\tbcdefgh\n".getBytes(StandardCharsets.UTF_8), "character 2", "control character U+0009"),
                Arguments.of(
                        "abc\0defgh\n".getBytes(StandardCharsets.UTF_8), "character 4", "control character U+0000"),
                Arguments.of(
                        "abc\u0085gh\n".getBytes(StandardCharsets.UTF_8), "character 4", "control character U+0085"),
                Arguments.of("pass\ufeffword\n".getBytes(StandardCharsets.UTF_8), "character 5", "U+FEFF"),
                Arguments.of("pässword\n".getBytes(StandardCharsets.ISO_8859_1), "not UTF-8 text", "expected UTF-8"),
                Arguments.of("password\n".getBytes(StandardCharsets.UTF_16LE), "UTF-16 text", "expected UTF-8"),
                Arguments.of("\ufeffpass\n".getBytes(StandardCharsets.UTF_16LE), "UTF-16 text", "expected UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("whatNobodyCanType")
    void whatNobodyCanTypeIsNoPassword(byte[] input, String where, String what) {
        CommandRun run = CommandRun.withInput(input, user("add", "alice", "--password-stdin"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("gatehouse: ").contains(where, what).hasLineCount(1);
        assertThat(accounts).doesNotExist();
    }

    @Test
    void aTerminalWithTheWrongLocaleIsTold() {
        CommandRun run = CommandRun.atTerminal(List.of("p\ufffd\ufffdssword"), user("add", "alice"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("character 2 of the password could not be read", "locale")
                .hasLineCount(1);
    }
}
