package io.gatehouse.provider.ntlm.netlogon.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server on loopback that does with each connection what the test says; ends them all when it is closed. */
public final class FakeRpcServer implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** The server's half of a connection, which ends when this returns. */
    public interface Script {
        void serve(FakeRpcPeer peer) throws IOException;
    }

    public FakeRpcServer(Script script) {
        this(script, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** At a certain address. */
    public FakeRpcServer(Script script, InetSocketAddress address) {
        this.script = script;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the end.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new FakeRpcPeer(socket));
        } catch (IOException e) {
            // The client has gone, or the server was closed.
        }
        sockets.remove(socket);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many were accepted. */
    public int connections() {
        return connections.get();
    }

    /** Ends all connections, as a restart does. */
    public void dropConnections() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dropConnections();
    }
}
