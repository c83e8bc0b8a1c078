package io.gatehouse.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A gateway that expects certain bytes and answers with certain bytes, and nothing else. */
final class ScriptedGateway implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final ServerSocket listener;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** One connection after the other: a script calls {@link Acceptor#accept()} for each. */
    ScriptedGateway(ServerSocket listener, Script script) {
        this.listener = listener;
        Thread.ofVirtual().start(() -> {
            try {
                script.run(() -> new Talk(listener.accept()));
                done.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
    }

    static ScriptedGateway plain(Script script) throws IOException {
        return new ScriptedGateway(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), script);
    }

    int port() {
        return listener.getLocalPort();
    }

    ClientOptions.Builder options() {
        return ClientOptions.builder("localhost", port()).trust(new Trust.Plain());
    }

    /** Waits for the end of the script; fails as it failed. */
    void finish() throws InterruptedException, ExecutionException, TimeoutException {
        done.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** What the gateway does. */
    @FunctionalInterface
    interface Script {
        void run(Acceptor acceptor) throws IOException;
    }

    /** Waits for the next connection. */
    @FunctionalInterface
    interface Acceptor {
        Talk accept() throws IOException;
    }

    /** One connection. */
    static final class Talk {
        private final Socket socket;

        Talk(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }

        /** Reads a request head; {@code |} in {@code expected} stands for CRLF. */
        void expect(String expected) throws IOException {
            byte[] bytes = lines(expected);
            String actual = new String(socket.getInputStream().readNBytes(bytes.length), StandardCharsets.ISO_8859_1);
            if (!actual.equals(new String(bytes, StandardCharsets.ISO_8859_1))) {
                throw new AssertionError("expected <" + expected + "> but got <" + actual.replace("\r\n", "|") + ">");
            }
        }

        void expectHex(String expected) throws IOException {
            String actual = HexFormat.of().formatHex(socket.getInputStream().readNBytes(expected.length() / 2));
            if (!actual.equals(expected)) {
                throw new AssertionError("expected <" + expected + "> but got <" + actual + ">");
            }
        }

        /** Reads a head whose content does not matter. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new AssertionError("end within " + head);
                }
                head.append((char) next);
            }
            return head.toString();
        }

        void expectEnd() throws IOException {
            int next = socket.getInputStream().read();
            if (next >= 0) {
                throw new AssertionError("expected the end but got byte " + next);
            }
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(lines(text));
        }

        void sendHex(String hex) throws IOException {
            socket.getOutputStream().write(HexFormat.of().parseHex(hex));
        }

        void close() throws IOException {
            socket.close();
        }

        private static byte[] lines(String text) {
            return text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
