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

class DemoCommandTest {
    @TempDir
    private Path folder;

    private CommandRun demo(String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"demo", "--directory", folder.toString(), "--address", "127.0.0.1"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void testsItselfOverBothTransportsAndTellsWhatToType() throws IOException {
        Path ready = folder.resolve("ready");
        CommandRun run = demo("--port", "0", "--target", "localhost:3390", "--ready-file", ready.toString());
        assertThat(run.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("made a key for tokens: "))
                .anyMatch(line -> line.startsWith("made a certificate to sign .rdp files with: "));
        assertThat(run.code()).isZero();
        String password = Files.readString(folder.resolve("password")).strip();
        assertThat(password).matches("[A-Za-z2-9]{20}");
        assertThat(run.out())
                .containsPattern("self-test over WebSocket: signed in as demo, 300000 bytes there and back .*: ok\n")
                .containsPattern("self-test over dual channel: signed in as demo, 300000 bytes there and back .*: ok\n")
                .contains("/v:localhost:3390 /u:YOU /g:localhost:", "/gu:demo /gp:" + password + " /gt:http")
                .contains(",u:demo,p:" + password + ",type:http");
        assertThat(ready).exists();
        for (String secret : new String[] {"password", "key.pem", "accounts"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(secret))))
                    .as(secret)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void saysWhetherADesktopAnswersWhereTheLinesLead() throws IOException {
        int port;
        try (ServerSocket desktop = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
            port = desktop.getLocalPort();
            assertThat(demo("--port", "0", "--target", "127.0.0.1:" + port).out())
                    .contains("/v:127.0.0.1:" + port)
                    .doesNotContain("No RDP server answers");
        }
        assertThat(demo("--port", "0", "--target", "127.0.0.1:" + port).out())
                .contains(
                        "No RDP server answers on 127.0.0.1:" + port + " yet", "./run --desktop", "--target HOST:PORT");
    }

    @Test
    void keepsPasswordAndCertificateForTheNextStart() throws IOException {
        assertThat(demo("--port", "0").code()).isZero();
        String password = Files.readString(folder.resolve("password"));
        String certificate = Files.readString(folder.resolve("certificate.pem"));
        assertThat(demo("--port", "0").code()).isZero();
        assertThat(Files.readString(folder.resolve("password"))).isEqualTo(password);
        assertThat(Files.readString(folder.resolve("certificate.pem"))).isEqualTo(certificate);
    }

    @Test
    void aTakenPortIsCode1AndNamesTheWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            CommandRun run = demo("--port", String.valueOf(taken.getLocalPort()));
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("gatehouse: cannot listen on port " + taken.getLocalPort())
                    .endsWith("Choose another with --port\n");
        }
    }

    @Test
    void anImpossiblePortIsCode2() {
        assertThat(demo("--port", "65536").code()).isEqualTo(2);
    }
}
