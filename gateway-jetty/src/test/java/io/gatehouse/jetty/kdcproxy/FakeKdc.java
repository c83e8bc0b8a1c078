package io.gatehouse.jetty.kdcproxy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A KDC on 127.0.0.1 that does what a test says, on one port for TCP, UDP or both. */
public final class FakeKdc implements AutoCloseable {
    private static final int LARGEST_DATAGRAM = 65_507;
    private static final int RELAY_MILLIS = 5000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger datagrams = new AtomicInteger();
    private final int port;
    private @Nullable ServerSocket listener;
    private final @Nullable DatagramSocket socket;

    /** What happens on a connection. */
    @FunctionalInterface
    public interface Connection {
        void serve(DataInputStream input, DataOutputStream output) throws IOException, InterruptedException;
    }

    private FakeKdc(int port, @Nullable ServerSocket listener, @Nullable DatagramSocket socket) {
        this.port = port;
        this.listener = listener;
        this.socket = socket;
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Takes connections only. */
    public static FakeKdc tcp(Connection connection) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, loopback());
            FakeKdc kdc = new FakeKdc(listener.getLocalPort(), listener, null);
            kdc.threads.execute(() -> kdc.accept(listener, connection));
            return kdc;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes datagrams only. */
    public static FakeKdc udp(UnaryOperator<byte[]> answer) {
        try {
            DatagramSocket socket = new DatagramSocket(0, loopback());
            FakeKdc kdc = new FakeKdc(socket.getLocalPort(), null, socket);
            kdc.threads.execute(() -> kdc.receive(socket, answer));
            return kdc;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes datagrams only, and lets a real KDC answer them. */
    public static FakeKdc udpOf(InetSocketAddress kdc) {
        return udp(question -> {
            try (DatagramSocket relay = new DatagramSocket()) {
                relay.connect(kdc);
                relay.setSoTimeout(RELAY_MILLIS);
                relay.send(new DatagramPacket(question, question.length));
                DatagramPacket answer = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
                relay.receive(answer);
                return Arrays.copyOf(answer.getData(), answer.getLength());
            } catch (IOException lost) {
                return new byte[0];
            }
        });
    }

    /** Begins to take connections beside datagrams. */
    public void alsoTcp(Connection connection) throws IOException {
        ServerSocket begun = new ServerSocket(port, 50, loopback());
        listener = begun;
        threads.execute(() -> accept(begun, connection));
    }

    /** Answers every message on a connection with the same, and leaves the connection open. */
    public static Connection answering(byte[] answer) {
        return answering(_ -> answer);
    }

    /** Answers every message on a connection, and leaves the connection open. */
    public static Connection answering(UnaryOperator<byte[]> answer) {
        return (input, output) -> {
            while (true) {
                byte[] reply = answer.apply(input.readNBytes(input.readInt()));
                output.writeInt(reply.length);
                output.write(reply);
            }
        };
    }

    /** Takes the connection and answers nothing until the other side ends it. */
    public static Connection hanging() {
        return (input, _) -> input.readAllBytes();
    }

    private void accept(ServerSocket server, Connection connection) {
        try {
            while (true) {
                Socket client = server.accept();
                connections.incrementAndGet();
                open.add(client);
                threads.execute(() -> serve(client, connection));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void serve(Socket client, Connection connection) {
        try (client) {
            connection.serve(
                    new DataInputStream(client.getInputStream()), new DataOutputStream(client.getOutputStream()));
        } catch (IOException | InterruptedException gone) {
            // by the gateway, or the end of the test
        } finally {
            open.remove(client);
        }
    }

    private void receive(DatagramSocket server, UnaryOperator<byte[]> answer) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
                server.receive(packet);
                datagrams.incrementAndGet();
                byte[] reply = answer.apply(Arrays.copyOf(packet.getData(), packet.getLength()));
                if (reply.length > 0) {
                    server.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    /** Where it is, unresolved. */
    public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("127.0.0.1", port);
    }

    /** {@link #address} as a configuration writes it. */
    public String text() {
        return "127.0.0.1:" + port;
    }

    /** Connections that were taken. */
    public int connections() {
        return connections.get();
    }

    /** Connections that are open. */
    public int openConnections() {
        return open.size();
    }

    /** Datagrams that came. */
    public int datagrams() {
        return datagrams.get();
    }

    @Override
    public void close() {
        try {
            if (listener != null) {
                listener.close();
            }
            if (socket != null) {
                socket.close();
            }
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
