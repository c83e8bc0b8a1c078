package io.gatehouse.testkit.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between a client and a server, which a test can cut and mend: a port on 127.0.0.1 whose connections are
 * carried on to another port there. Threads may share it.
 */
public final class Wire implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger carried = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile int target;
    private volatile boolean whole = true;

    private Wire(ServerSocket listener) {
        this.listener = listener;
    }

    /** A wire whose other end {@link #to} tells; until then connections end at once. */
    public static Wire open() {
        try {
            Wire wire = new Wire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            var _ = wire.threads.submit(wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Carries connections to this port on 127.0.0.1 from now on. */
    public void to(int port) {
        target = port;
    }

    /** How many connections were carried to the other end so far. */
    public int carried() {
        return carried.get();
    }

    /** Ends all connections, and new ones at once, until {@link #mend}. */
    public void cut() {
        whole = false;
        sockets.forEach(Wire::reset);
    }

    /** Carries new connections again. */
    public void mend() {
        whole = true;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                var _ = threads.submit(() -> carry(client));
            } catch (IOException e) {
                // Closed, or the client was quicker to leave.
            }
        }
    }

    private void carry(Socket client) {
        sockets.add(client);
        try (client;
                Socket server = new Socket()) {
            sockets.add(server);
            if (!whole) {
                reset(client);
                return;
            }
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            carried.incrementAndGet();
            // One that was cut in between ends here.
            if (!whole) {
                reset(client);
                return;
            }
            var back = threads.submit(() -> pump(server, client));
            pump(client, server);
            back.get();
            sockets.remove(server);
        } catch (Exception e) {
            reset(client);
        } finally {
            sockets.remove(client);
        }
    }

    /** Carries one direction, and the end of it. */
    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        }
    }

    /** Closes with RST, as a machine that is gone does at best. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed already.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        threads.close();
    }
}
