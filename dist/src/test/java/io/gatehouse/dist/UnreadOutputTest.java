package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever reads the log and the audit lines stands still: the pipes behind standard error and standard output of a real
 * gateway are full, and nobody reads them.
 */
@Timeout(120)
class UnreadOutputTest {
    private static final int SIGN_INS = 20;
    private static final String PASSWORD = "password";

    @TempDir
    private Path folder;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process gateway(int port) throws IOException {
        ExampleFolder example = ExampleFolder.in(folder)
                .withCertificate("a", Clock.systemUTC())
                .withConfiguration("certificate = \"a.pem\", key = \"a.key\"");
        Files.writeString(
                example.configuration(),
                Files.readString(example.configuration())
                        .replace("127.0.0.1:0", "127.0.0.1:" + port)
                        .replace("10.0.0.0/8", "127.0.0.1\"]\nports = [\"1-65535"));
        Files.writeString(example.accounts(), "alice:enabled::$3$$8846f7eaee8fb117ad06bdd830b7586c\n");
        return new ProcessBuilder(
                        java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--config",
                        example.configuration().toString())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private Path pipe(String name) throws Exception {
        Path pipe = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    /** Ends because nobody reads. */
    private static void fill(Path pipe) throws Exception {
        assertThat(new ProcessBuilder("timeout", "1", "head", "-c", "1000000", "/dev/zero")
                        .redirectOutput(pipe.toFile())
                        .start()
                        .waitFor())
                .as("exit code of timeout")
                .isEqualTo(124);
    }

    private X509Certificate certificate() throws Exception {
        try (InputStream pem = Files.newInputStream(folder.resolve("a.pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void awaitListener(InetSocketAddress address) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static void echo(Channel channel) throws IOException {
        channel.send(ByteBuffer.allocate(64));
        channel.readFully(ByteBuffer.allocate(64));
    }

    @Test
    void tunnelsAndSignInsGoOn() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        try (RandomAccessFile out = new RandomAccessFile(pipe("out").toFile(), "rw");
                RandomAccessFile err = new RandomAccessFile(pipe("err").toFile(), "rw")) {
            assertThat(out.getFD().valid() && err.getFD().valid())
                    .as("both pipes have a reader")
                    .isTrue();
            tunnelsAndSignInsGoOn(address, gateway(address.getPort()));
        }
    }

    private void tunnelsAndSignInsGoOn(InetSocketAddress address, Process process) throws Exception {
        ClientOptions options = ClientOptions.builder("localhost", address.getPort())
                .address(address)
                .trust(new Trust.Pinned(certificate()))
                .transport(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("alice", PASSWORD))
                .readTimeout(Duration.ofSeconds(20))
                .build();
        try (EchoTarget target = new EchoTarget()) {
            awaitListener(address);
            fill(folder.resolve("out"));
            fill(folder.resolve("err"));
            try (GatewayClient live = new GatewayClient(options)) {
                Channel channel = live.open("live", List.of(target.host()), target.port());
                for (int i = 0; i < SIGN_INS; i++) {
                    try (GatewayClient next = new GatewayClient(options)) {
                        echo(next.open("next", List.of(target.host()), target.port()));
                    }
                    echo(channel);
                }
            }
            assertThat(process.isAlive()).isTrue();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("it ends when it is told to")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
