package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
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

    @Test
    void aWrongConfigurationIsCode2() throws IOException {
        ExampleFolder.in(folder).withText("nonsense = 1\n");
        assertThat(run().code()).isEqualTo(2);
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
