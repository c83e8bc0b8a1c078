package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
    @TempDir
    private Path folder;

    private CommandRun run() {
        return CommandRun.of("run", "--config", folder.resolve("gatehouse.toml").toString());
    }

    @Test
    void startsAndMakesTheSelfSignedPairThatIsAskedFor() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder)
                .withConfiguration("certificate = \"tls/a.pem\", key = \"tls/a.key\", self-signed = true");
        CommandRun run = run();
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("made a self-signed certificate: " + example.file("tls/a.pem"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(example.file("tls/a.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aPairThatIsThereIsNotMadeAgain() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder)
                .withConfiguration("certificate = \"a.pem\", key = \"a.key\", self-signed = true");
        assertThat(run().code()).isZero();
        String first = Files.readString(example.file("a.pem"));
        assertThat(run()).isEqualTo(new CommandRun(0, "", ""));
        assertThat(Files.readString(example.file("a.pem"))).isEqualTo(first);
    }

    @Test
    void halfAPairIsAProblemAndNotOverwritten() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder)
                .withConfiguration("certificate = \"a.pem\", key = \"a.key\", self-signed = true");
        Files.writeString(example.file("a.key"), "precious");
        assertThat(run().code()).isEqualTo(2);
        assertThat(Files.readString(example.file("a.key"))).isEqualTo("precious");
    }

    /** What the gateway before has left would be lost otherwise, and sessions would be cut without a line. */
    @Test
    void nothingHasHappenedBeforeASignalWouldEndItGracefully() throws IOException {
        ExampleFolder example = ExampleFolder.in(folder)
                .withConfiguration("certificate = \"a.pem\", key = \"a.key\", self-signed = true");
        Files.writeString(
                example.configuration(),
                Files.readString(example.configuration())
                        .replace(
                                "order = [\"ntlm\", \"local\"]",
                                "order = [\"ntlm\", \"local\"]\n[auth.paa]\nkeys = \"paa-keys.json\""));
        assertThat(run().code()).isZero();
        Path used = example.file("paa-keys.json.used-tokens");
        assertThat(used).content().contains("\"ended\"");
        CommandRun again = CommandRun.during(
                server -> {
                    assertThat(used).content().contains("\"ended\"");
                    server.open();
                    assertThat(used).content().contains("\"running\"");
                    server.close();
                },
                "run",
                "--config",
                example.configuration().toString());
        assertThat(again.code()).isZero();
        assertThat(used).content().contains("\"ended\"");
        String left = Files.readString(used);
        CommandRun closed = CommandRun.during(
                server -> {
                    server.close();
                    server.open();
                },
                "run",
                "--config",
                example.configuration().toString());
        assertThat(closed.code()).isZero();
        assertThat(used).content().isEqualTo(left);
    }

    /** The process whose signals are tried: its server opens for ever. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) throws Exception {
            World.ofThisProcess().lifetime().serve(new World.Server() {
                @Override
                public void open() {
                    say("opening");
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException _) {
                        say("interrupted");
                    }
                }

                @Override
                public void close() {
                    say("closed");
                }
            });
        }

        private static void say(String what) {
            System.out.println(what);
            System.out.flush();
        }
    }

    @Test
    @Timeout(60)
    void aSignalDuringTheStartClosesTheServer() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("opening");
            process.toHandle().destroy(); // without closing its output, as destroy() of the process does
            assertThat(said.readLine()).isEqualTo("closed");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aWrongConfigurationIsCode2() throws IOException {
        ExampleFolder.in(folder).withText("nonsense = 1\n");
        assertThat(run().code()).isEqualTo(2);
    }

    /** A clock that was not set yet when the machine came up, or a renewal that is late: systemd tries again. */
    @Test
    void aCertificateWhoseTimeIsWrongIsCode1() throws IOException {
        Clock in2020 = Clock.fixed(Instant.parse("2020-06-01T12:00:00Z"), ZoneOffset.UTC);
        ExampleFolder example = ExampleFolder.in(folder)
                .withCertificate("a", in2020)
                .withConfiguration("certificate = \"a.pem\", key = \"a.key\"");
        String[] run = {"run", "--config", example.configuration().toString()};
        for (Clock wrong :
                List.of(Clock.offset(in2020, Duration.ofDays(-3650)), Clock.offset(in2020, Duration.ofDays(9999)))) {
            assertThat(CommandRun.at(wrong, run).code()).isEqualTo(1);
            assertThat(CommandRun.at(wrong, "check", run[1], run[2]).code()).isEqualTo(2);
        }
        Files.setPosixFilePermissions(example.accounts(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(CommandRun.at(Clock.systemUTC(), run).code()).isEqualTo(2);
    }

    @Test
    void headersOfUsersFromAnybodyAreCode2() throws IOException {
        ExampleFolder.in(folder).withHeaderIdentity("");
        CommandRun run = run();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no [[listener]] has trusted-proxies");
    }

    @Test
    void aTakenPortIsCode1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            ExampleFolder example = ExampleFolder.in(folder)
                    .withConfiguration("certificate = \"a.pem\", key = \"a.key\", self-signed = true");
            Files.writeString(
                    example.configuration(),
                    Files.readString(example.configuration())
                            .replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort()));
            CommandRun run = run();
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains(String.valueOf(taken.getLocalPort()));
            assertThat(run.err())
                    .contains("gatehouse: [[listener]] 127.0.0.1:" + taken.getLocalPort() + ": cannot listen: ")
                    .contains("another program listens there; find it with: ss -ltnp")
                    .doesNotContain("\tat ");
            CommandRun check = CommandRun.of(
                    "check", "--bind", "--config", example.configuration().toString());
            assertThat(check.code()).isEqualTo(2);
            assertThat(check.err()).contains("127.0.0.1:" + taken.getLocalPort() + ": cannot listen: ");
        }
    }
}
