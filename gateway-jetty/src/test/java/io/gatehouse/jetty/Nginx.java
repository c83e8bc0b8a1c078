package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real nginx. */
public final class Nginx implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
    private static final String FRAME = """
            daemon off;
            master_process off;
            worker_processes 1;
            pid nginx.pid;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
            SERVERS
            }
            """;

    private final Process process;

    private Nginx(Process process) {
        this.process = process;
    }

    /**
     * Starts it; the test is skipped where it is not installed.
     *
     * @param servers the inside of {@code http { }}
     * @param folder its own, where {@code gateway.pem} and {@code gateway.key} are put
     * @param ready where one of the servers listens
     */
    public static Nginx start(String servers, Path folder, InetSocketAddress ready) throws Exception {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(PROGRAM).as("Debian package nginx-light").exists();
        }
        assumeThat(PROGRAM).as("Debian package nginx-light").exists();
        TestCertificate.shared().writeTo(folder);
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), FRAME.replace("SERVERS", servers));
        Process started = new ProcessBuilder(
                        PROGRAM.toString(),
                        "-p",
                        folder + "/",
                        "-c",
                        configuration.toString(),
                        "-e",
                        folder + "/error.log")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
        Nginx nginx = new Nginx(started);
        try {
            Await.until("nginx", () -> {
                assertThat(started.isAlive())
                        .as(Files.readString(folder.resolve("nginx.log")))
                        .isTrue();
                return answers(ready);
            });
        } catch (Exception | AssertionError e) {
            nginx.close();
            throw e;
        }
        return nginx;
    }

    public static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
