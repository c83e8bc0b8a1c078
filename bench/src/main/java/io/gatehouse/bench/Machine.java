package io.gatehouse.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/**
 * The processors and ports that the benchmark uses.
 *
 * @param cores the processors, by their numbers for {@code taskset}
 */
record Machine(List<String> cores) {
    /** Longer than any server takes to start. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int POLL_MILLIS = 2;

    Machine {
        cores = List.copyOf(cores);
    }

    /** The words before a command that keep it on the first {@code count} processors. */
    List<String> onFirst(int count) {
        return cores.size() < 2 ? List.of() : List.of("taskset", "-c", String.join(",", cores.subList(0, count)));
    }

    /** A port of 127.0.0.1 that nobody uses now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until {@code process} takes connections at a port of 127.0.0.1. */
    static void awaitListener(ServerProcess process, int port) throws IOException {
        long begin = System.nanoTime();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IOException("a server did not start:\n" + process.lastWords());
            }
            pause();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
