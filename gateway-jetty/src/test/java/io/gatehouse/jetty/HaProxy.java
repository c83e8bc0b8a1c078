package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real HAProxy. */
public final class HaProxy implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");
    private static final String FRAME = """
            global
              maxconn 200
            defaults
              mode http
              option http-no-delay
              timeout client 30s
              timeout server 30s
              timeout connect 5s
              timeout tunnel 1h
            SECTIONS
            """;

    private final Process process;

    private HaProxy(Process process) {
        this.process = process;
    }

    /**
     * Starts it; the test is skipped where it is not installed.
     *
     * @param sections {@code frontend}, {@code backend} and {@code userlist}
     * @param folder where its configuration is put
     * @param ready where one of the frontends listens
     */
    public static HaProxy start(String sections, Path folder, InetSocketAddress ready) throws Exception {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(PROGRAM).as("Debian package haproxy").exists();
        }
        assumeThat(PROGRAM).as("Debian package haproxy").exists();
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), FRAME.replace("SECTIONS", sections));
        Path log = folder.resolve("haproxy.log");
        Process started = new ProcessBuilder(PROGRAM.toString(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HaProxy proxy = new HaProxy(started);
        try {
            Await.until("HAProxy", () -> {
                assertThat(started.isAlive()).as(Files.readString(log)).isTrue();
                return answers(ready);
            });
        } catch (Exception | AssertionError e) {
            proxy.close();
            throw e;
        }
        return proxy;
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
