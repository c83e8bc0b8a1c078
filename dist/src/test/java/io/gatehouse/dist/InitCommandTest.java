package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A first configuration from answers: what is written, what is tried, and that nothing is lost. */
@Timeout(60)
class InitCommandTest {
    /** A Connection Confirm of a server from before TLS, which is a warning. */
    private static final byte[] WITHOUT_NEGOTIATION = {3, 0, 0, 11, 6, (byte) 0xD0, 0, 0, 0x12, 0x34, 0};

    @TempDir
    private Path folder;

    private RdpServer desktop;
    private String listen = "127.0.0.1:0";

    @BeforeEach
    void start() throws IOException {
        desktop = RdpServer.answering(WITHOUT_NEGOTIATION);
    }

    @AfterEach
    void stop() throws Exception {
        desktop.close();
    }

    private Path configuration() {
        return folder.resolve("gatehouse.toml");
    }

    /** The command line with everything that a set-up with accounts of its own needs. */
    private List<String> complete(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "init",
                "--config",
                configuration().toString(),
                "--name",
                "localhost",
                "--listen",
                listen,
                "--desktops",
                "127.0.0.1:" + desktop.port()));
        all.addAll(List.of(more));
        return all;
    }

    private CommandRun init(String... more) {
        return CommandRun.of(complete(more).toArray(String[]::new));
    }

    private String toml() throws IOException {
        return Files.readString(configuration());
    }

    private List<String> files() {
        return List.of(Objects.requireNonNull(folder.toFile().list())).stream()
                .filter(name -> !name.endsWith(".lock"))
                .sorted()
                .toList();
    }

    @Test
    void withoutQuestionsItWritesAFileThatPassesCheckAndAnAccountThatSignsIn() throws IOException {
        CommandRun run = init("--yes", "--account", "alice", "--account-group", "staff", "--groups", "staff");
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(files()).containsExactly("accounts", "gatehouse.toml");
        assertThat(toml().lines().count()).as("short").isLessThan(60);
        for (String file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(run.out())
                .containsPattern("password: \\S{20}\n")
                .contains("gatehouse run --config " + configuration(), "gatehouse doctor --config " + configuration());
        CommandRun check = CommandRun.of("check", "--config", configuration().toString());
        assertThat(check.code()).as(check.err()).isZero();
        CommandRun explain = CommandRun.of(
                "explain",
                "--config",
                configuration().toString(),
                "--user",
                "alice",
                "--target",
                "127.0.0.1:" + desktop.port());
        assertThat(explain.code()).as(explain.out()).isZero();
        CommandRun doctor =
                CommandRun.of("doctor", "--json", "--config", configuration().toString());
        assertThat(DoctorSetUp.diagnosis(doctor).codes())
                .as("but for what only a gateway that runs can show")
                .noneMatch(code -> code.matches("(accounts|configuration|machine|files)\\..*"));
    }

    /** Nobody sits at a terminal: each line is an answer. */
    @Test
    void answersCanComeFromAPipe() throws IOException {
        String answers = String.join(
                "\n",
                "", // no proxy
                "", // a self-signed certificate
                "accounts",
                "alice",
                "staff",
                "Correct Horse 7",
                "Correct Horse 7",
                "", // every user
                "no", // portal
                "");
        CommandRun run = CommandRun.withInput(answers, complete().toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out()).doesNotContain("Correct Horse 7");
        assertThat(toml()).doesNotContain("[portal]", "Correct Horse 7", "groups =");
        assertThat(Files.readString(folder.resolve("accounts")))
                .contains("alice")
                .doesNotContain("Correct");
    }

    @Test
    void anAnswerThatDoesNotWorkIsAskedAgain() throws IOException {
        SelfSignedCertificate.write(
                folder.resolve("a.pem"), folder.resolve("a.key"), List.of("localhost"), Clock.systemUTC());
        SelfSignedCertificate.write(
                folder.resolve("b.pem"), folder.resolve("b.key"), List.of("localhost"), Clock.systemUTC());
        CommandRun run = CommandRun.atTerminal(
                List.of(
                        "maybe", // not a kind of proxy
                        "none",
                        folder.resolve("a.pem").toString(),
                        folder.resolve("b.key").toString(), // of another certificate
                        "", // correct it
                        "", // the certificate as before
                        folder.resolve("a.key").toString(),
                        "accounts",
                        "", // no account
                        "", // every user
                        "no"),
                complete().toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out()).contains("expected one of none, tcp, http", "[certificate.key]");
        assertThat(toml())
                .contains("certificate = \"" + folder.resolve("a.pem"), "key = \"" + folder.resolve("a.key"))
                .doesNotContain("b.key", "self-signed");
    }

    @Test
    void aPortThatIsTakenIsSaidWithTheProgram() throws Exception {
        try (RdpServer other = RdpServer.saying("SSH-2.0-OpenSSH_9.2\r\n")) {
            listen = "127.0.0.1:" + other.port();
            CommandRun run = init("--yes");
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).contains("[machine.port-taken]");
            if (Files.isExecutable(Path.of("/usr/bin/ss"))) {
                assertThat(run.out())
                        .contains("(java, pid " + ProcessHandle.current().pid() + ")");
            }
            assertThat(files()).isEmpty();
            assertThat(init("--yes", "--keep-faults").code()).isZero();
        }
    }

    @Test
    void aDesktopThatDoesNotAnswerIsSaid() throws Exception {
        desktop.close();
        CommandRun run = init("--yes");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("[target.port-closed]");
        assertThat(run.err()).contains("nothing was written", "--keep-faults");
        assertThat(files()).isEmpty();
    }

    @Test
    void aConfigurationThatIsThereIsNotLost() throws IOException {
        Files.writeString(configuration(), "# mine\n");
        CommandRun refused = init("--yes");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("already exists (use --force");
        assertThat(CommandRun.atTerminal(List.of(""), complete().toArray(String[]::new))
                        .out())
                .contains("nothing was changed");
        CommandRun ended = CommandRun.withInput("", complete().toArray(String[]::new));
        assertThat(ended.err()).contains("(--force needs no terminal)");
        assertThat(toml()).isEqualTo("# mine\n");
        assertThat(init("--yes", "--force").out()).contains("kept the old file as " + configuration() + ".old");
        assertThat(folder.resolve("gatehouse.toml.old")).content().isEqualTo("# mine\n");
        assertThat(init("--yes", "--force", "--portal", "no").code()).isZero();
        assertThat(folder.resolve("gatehouse.toml.old")).content().isEqualTo("# mine\n");
        assertThat(folder.resolve("gatehouse.toml.old-2")).content().contains("[portal]");
    }

    @Test
    void accountsThatAreThereAreKept() throws IOException {
        PrivateFiles.write(folder.resolve("accounts"), "# nobody yet\n");
        CommandRun.withInput(
                "Correct Horse 7\n",
                "user",
                "add",
                "bob",
                "--password-stdin",
                "--accounts",
                folder.resolve("accounts").toString());
        CommandRun again = init("--yes", "--account", "BOB");
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("account bob exists already");
        assertThat(init("--yes", "--account", "alice").code()).isZero();
        assertThat(Files.readString(folder.resolve("accounts"))).contains("# nobody yet", "alice", "bob");
    }

    /** A password that was shown belongs to somebody, or nothing has changed. */
    @Test
    void withoutTheAccountTheConfigurationStaysAsItWas() throws IOException {
        assertThat(init("--yes").code()).isZero();
        String before = toml();
        Path lock = Files.createDirectory(folder.resolve(".accounts.lock")); // as a file system that is broken
        CommandRun run = init("--yes", "--force", "--portal", "no", "--account", "alice");
        assertThat(run.code()).as(run.toString()).isEqualTo(1);
        assertThat(run.err()).contains("account file");
        assertThat(toml()).isEqualTo(before);
        assertThat(files()).containsExactly("accounts", "gatehouse.toml");
        Files.delete(lock);
        assertThat(init("--yes", "--force", "--portal", "no", "--account", "alice")
                        .code())
                .isZero();
        assertThat(Files.readString(folder.resolve("accounts"))).contains("alice");
    }

    @ParameterizedTest
    @CsvSource({
        "--name,a b",
        "--listen,443",
        "--proxy,nginx",
        "--sign-in,magic",
        "--acme,dns-01",
        "--acme,http-01",
        "--sign-in,header",
        "--sign-in,'ad,winbind'",
        "--account,a:b",
        "--portal,maybe",
        "--desktops,a:b:c:d",
        "--desktops,pc1:0"
    })
    void wrongAnswersOfOptionsAreCode2(String option, String text) {
        CommandRun run = init("--yes", option, text);
        assertThat(run.code()).as(run.toString()).isEqualTo(2);
        assertThat(run.err()).contains("--").doesNotContain("\tat ");
        assertThat(files()).isEmpty();
    }

    @Test
    void whatHasNoUsualAnswerMustBeGiven() {
        CommandRun run = CommandRun.of(
                "init",
                "--yes",
                "--config",
                configuration().toString(),
                "--name",
                "localhost",
                "--listen",
                "127.0.0.1:0");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--desktops is missing");
        CommandRun ended = CommandRun.withInput("", complete().toArray(String[]::new));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("standard input has no answer", "--proxy and --yes");
        assertThat(files()).isEmpty();
    }

    /** No line is read without bound, and no text that the terminal does not have. */
    @Test
    void standardInputIsBounded() {
        CommandRun wrong = CommandRun.withInput("x\n".repeat(1000), complete().toArray(String[]::new));
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("more than 100 lines");
        CommandRun zeros = CommandRun.withInput(new byte[1 << 20], complete().toArray(String[]::new));
        assertThat(zeros.code()).isEqualTo(2);
        assertThat(zeros.err()).contains("longer than 65536 bytes");
        CommandRun latin = CommandRun.withInput(
                "\n\naccounts\nalice\nstaff\nPass w\u00f6rd 7\n".getBytes(StandardCharsets.ISO_8859_1),
                complete().toArray(String[]::new));
        assertThat(latin.code()).isEqualTo(2);
        assertThat(latin.err()).contains("standard input is not UTF-8 text");
        assertThat(files()).isEmpty();
    }

    /** Where a public authority may issue a certificate, and only there. */
    @Test
    void acmeIsAskedForWithItsTermsAndNotBesideACertificate() {
        String[] nobody = {"--certificate", "a.pem", "--key", "a.key", "--acme", "http-01", "--acme-terms", "yes"};
        CommandRun both =
                init(Stream.concat(Stream.of("--yes"), Stream.of(nobody)).toArray(String[]::new));
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.err()).contains("--acme and --certificate exclude each other");
        assertThat(init("--yes", "--acme", "http-01").err()).contains("localhost is no full DNS name");
        List<String> publicName = complete("--proxy", "none", "--sign-in", "accounts").stream()
                .map(each -> each.equals("localhost") ? "localhost.example.com" : each)
                .toList();
        CommandRun asked = CommandRun.withInput("n\nhttp-01\n\n\nno\n", publicName.toArray(String[]::new));
        assertThat(asked.out()).contains("[dns.unresolved]", "Certificate from Let's Encrypt", "\"no\" (expected yes");
        assertThat(files()).isEmpty();
    }

    @Test
    void behindAProxyThatSignsUsersIn() throws IOException {
        CommandRun run = init(
                "--yes", "--proxy", "http", "--proxy-addresses", "10.0.0.1", "--sign-in", "header", "--domain", "CORP");
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(toml())
                .contains(
                        "trusted-proxies = [\"10.0.0.1\"]",
                        "user = \"Remote-User\"\ndomains = [\"CORP\"]",
                        "url = \"https://localhost\"")
                .doesNotContain("tls =");
    }

    @Test
    void behindATcpProxyOnTheMachineOfADesktop() throws IOException {
        CommandRun run = CommandRun.of(complete("--yes", "--proxy", "tcp").stream()
                .map(each ->
                        each.replaceFirst("^127\\.0\\.0\\.1:" + desktop.port() + "$", "localhost:" + desktop.port()))
                .toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out()).doesNotContain("[target.no-rule]");
        assertThat(toml())
                .contains(
                        "proxy-protocol-from = [\"127.0.0.1\"]",
                        "tls = {",
                        "targets = [\"localhost\", \"127.0.0.1\", \"::1\"]");
    }

    /** Rules of another gateway take the place of the rule for the desktops. */
    @Test
    void rulesOfAFile() throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.toml"), """
                [[policy.rule]]
                name = "of another gateway"
                targets = ["10.1.0.0/16"]
                """);
        CommandRun run = init("--yes", "--rules", rules.toString());
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(toml()).contains("name = \"of another gateway\"").doesNotContain("name = \"desktops\"");
        Files.writeString(rules, "[[policy.rule]]\nnonsense = 1\n");
        CommandRun wrong = init("--yes", "--force", "--rules", rules.toString());
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out()).contains("nonsense");
        assertThat(toml()).contains("of another gateway");
    }

    /** What gets into the file is text: no answer ends a string or begins a table. */
    @Test
    void answersAreQuoted() throws IOException {
        CommandRun run = init("--yes", "--groups", "a\"]\\, CORP\\x y");
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(toml()).contains("groups = [\"a\\\"]\\\\\", \"CORP\\\\x y\"]");
    }

    @Test
    void aFolderOfItsOwnForWhatTheGatewayMakes() throws IOException {
        CommandRun run = init("--yes", "--state", folder.resolve("state").toString());
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(toml()).contains("keys = \"" + folder.resolve("state/paa-keys.json") + "\"");
        assertThat(files()).containsExactly("accounts", "gatehouse.toml");
    }
}
