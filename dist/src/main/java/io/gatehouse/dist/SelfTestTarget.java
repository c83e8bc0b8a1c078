package io.gatehouse.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back whatever it is sent: the target of the demo's self-test. On a loopback port that the system chooses. */
final class SelfTestTarget implements AutoCloseable {
    private final ServerSocket server;
    private final Thread acceptor;

    private SelfTestTarget(ServerSocket server) {
        this.server = server;
        this.acceptor = Thread.ofVirtual().name("echo").unstarted(this::accept);
    }

    /** Starts it; it runs on virtual threads until it is closed. */
    static SelfTestTarget start() throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        SelfTestTarget target = new SelfTestTarget(server);
        target.acceptor.start();
        return target;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().name("echo-connection").start(() -> echo(socket));
            } catch (IOException exception) {
                // Closed, or a connection that was gone before it was accepted: the loop's condition knows which.
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException exception) {
            // The other side is gone, and with it the reason to echo.
        }
    }

    /** Stops listening; connections that are open end when their clients end them. */
    @Override
    public void close() {
        try {
            server.close();
            // The system lets go of the port only when nobody waits in accept any more.
            acceptor.join();
        } catch (IOException exception) {
            throw new UncheckedIOException("closing a listening socket failed", exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }
}
