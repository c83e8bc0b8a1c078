package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCommandTest {
    private static final Clock IN_2026 = Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC);
    private static final Clock TEN_DAYS_BEFORE_THE_END =
            Clock.fixed(Instant.parse("2028-08-25T12:00:00Z"), ZoneOffset.UTC);
    private static final Clock IN_2030 = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final String PAIR = "certificate = \"a.pem\", key = \"a.key\"";

    @TempDir
    private Path folder;

    private ExampleFolder example;

    @BeforeEach
    void makeExample() throws IOException {
        example = ExampleFolder.in(folder);
    }

    private CommandRun check(Clock clock, String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "check";
        arguments[1] = "--config";
        arguments[2] = example.configuration().toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandRun.at(clock, arguments);
    }

    @Test
    void theShippedExampleIsGoodAsItIs() throws IOException {
        example.withShippedConfiguration();
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo(example.configuration() + ": ok\n");
        assertThat(run.err())
                .isEqualTo("warning: " + example.file("tls/certificate.pem")
                        + ": does not exist yet; gatehouse run makes a self-signed certificate\n");
    }

    @Test
    void aGoodPairIsGood() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        assertThat(check(IN_2026)).isEqualTo(new CommandRun(0, example.configuration() + ": ok\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run"})
    void connectionsThatDoNotFitIntoTheLimitOfOpenFilesAreAWarning(String command) throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        CommandRun run = CommandRun.withOpenFiles(
                1024, IN_2026, command, "--config", example.configuration().toString());
        assertThat(run.code()).isZero();
        assertThat(run.err())
                .isEqualTo(
                        "warning: limits.connections is 20000, which needs 40256 open files, but this process may open"
                                + " 1024 (ulimit -n, LimitNOFILE of systemd): the gateway takes 384 connections\n");
    }

    @Test
    void everyProblemOfTheFileIsToldInOneRun() throws IOException {
        example.withText("""
                [[listener]]
                adress = ":443"
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                accounts = "accounts"
                channel-binding = "sometimes"
                """);
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("gatehouse.toml:2: ", "did you mean \"address\"", "gatehouse.toml:7: ", "\"sometimes\"");
    }

    @Test
    void everyProblemAroundTheFileIsToldInOneRun() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        Files.setPosixFilePermissions(example.accounts(), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = check(IN_2030);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        example.file("a.pem") + ": the certificate expired on 2028-09-03T12:00:00Z\n",
                        "[auth.ntlm]: account file " + example.accounts() + " has the permissions 644",
                        "[auth.local]: account file " + example.accounts() + " has the permissions 644",
                        "gatehouse: " + example.configuration() + ": 3 problems\n");
    }

    @Test
    void headersOfUsersAreBelievedFromTrustedProxiesOnly() throws IOException {
        example.withHeaderIdentity("");
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "[auth.header]: plain: anybody can send a plain header, so it is accepted from trusted proxies only:"
                                + " no [[listener]] has trusted-proxies (expected the proxy's address)\n");
        example.withHeaderIdentity("trusted-proxies = [\"127.0.0.1\"]");
        assertThat(check(IN_2026).code()).isZero();
    }

    @Test
    void aCertificateThatExpiresSoonIsAWarning() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        CommandRun run = check(TEN_DAYS_BEFORE_THE_END);
        assertThat(run.code()).isZero();
        assertThat(run.err())
                .isEqualTo("warning: " + example.file("a.pem") + ": the certificate expires on 2028-09-03T12:00:00Z\n");
    }

    @Test
    void aPrivateKeyThatEverybodyMayReadIsAProblem() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        Files.setPosixFilePermissions(example.file("a.key"), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("private key " + example.file("a.key")
                        + " has the permissions 644 (expected 600, or 640 for a service group; run: chmod 640 "
                        + example.file("a.key") + ")\n");
    }

    @Test
    void aLeafWithoutItsChainAndAShortKeyAreWarnings() throws IOException {
        example.withConfiguration(PAIR);
        for (String name : new String[] {"a.pem", "a.key"}) {
            try (InputStream stream = Objects.requireNonNull(getClass().getResourceAsStream("short-leaf-" + name))) {
                PrivateFiles.write(example.file(name), stream.readAllBytes());
            }
        }
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isZero();
        assertThat(run.err())
                .contains(
                        example.file("a.pem")
                                + ": an RSA key of 1024 bits, which clients refuse (expected at least 2048)\n",
                        example.file("a.pem") + ": the file has no certificate of the issuer CN=Test CA;");
    }

    @Test
    void aCertificateOfTheFutureIsAProblem() throws IOException {
        example.withCertificate("a", IN_2030).withConfiguration(PAIR);
        assertThat(check(IN_2026).err()).contains("the certificate is not valid before 2029-12-31T23:00:00Z");
    }

    @Test
    void aKeyOfAnotherCertificateIsAProblem() throws IOException {
        example.withCertificate("a", IN_2026)
                .withCertificate("b", IN_2026)
                .withConfiguration("certificate = \"a.pem\", key = \"b.key\"");
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(example.file("b.key") + ": the key does not belong to the certificate in "
                        + example.file("a.pem"));
    }

    @Test
    void missingFilesAreNamedBoth() throws IOException {
        example.withConfiguration(PAIR);
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        example.file("a.pem") + ": there is no such file\n",
                        example.file("a.key") + ": there is no such file\n");
    }

    @Test
    void aFileWithoutKeyIsAProblem() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration("certificate = \"a.pem\", key = \"a.pem\"");
        Files.setPosixFilePermissions(example.file("a.pem"), PosixFilePermissions.fromString("rw-------"));
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(example.file("a.pem") + ": no unencrypted private key in it");
    }

    @Test
    void rubbishForACertificateIsAProblem() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        Files.writeString(example.file("a.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(example.file("a.pem") + ": no PEM certificate");
    }

    @Test
    void printShowsWhatHoldsWithAllDefaults() throws IOException {
        example.withCertificate("a", IN_2026).withConfiguration(PAIR);
        CommandRun run = check(IN_2026, "--print");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains(
                        "guesses-per-account = 8\n",
                        "channel-binding = \"when-offered\"\n",
                        "ports = [\"3389\"]\n",
                        "accounts = \"" + example.accounts() + "\"\n");
    }

    @Test
    void aFileThatIsNotThereIsCode2() {
        CommandRun run = check(IN_2026);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("gatehouse.toml");
    }
}
