package io.gatehouse.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What the proxies connect to on 127.0.0.1: does what the connection's first bytes say, over and over. A connection
 * gets a thread of its own with its first byte, so that thousands that say nothing cost little.
 */
final class LoadTarget implements Closeable {
    /** What the target is told to do with the bytes of a measurement. */
    enum Order {
        /** Sends so many bytes. */
        SEND('S'),
        /** Takes so many bytes and then answers with one. */
        TAKE('T'),
        /** Sends so many bytes back, as they come. */
        ECHO('E');

        private final byte code;

        Order(char code) {
            this.code = (byte) code;
        }

        private static Order of(byte code) throws IOException {
            for (Order order : values()) {
                if (order.code == code) {
                    return order;
                }
            }
            throw new IOException("order " + code);
        }
    }

    private static final int ORDER_SIZE = 1 + Long.BYTES;
    private static final int BUFFER = 256 * 1024;
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel server;
    private final List<SocketChannel> begun = new ArrayList<>();

    private LoadTarget(ServerSocketChannel server) {
        this.server = server;
    }

    /** Listens until it is closed; at any free port when {@code port} is 0. */
    static LoadTarget listen(int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        LoadTarget target = new LoadTarget(server);
        Thread.ofPlatform().daemon().name("target").start(target::accept);
        return target;
    }

    /** Where it listens on 127.0.0.1. */
    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** The bytes that order something. */
    static ByteBuffer order(Order order, long count) {
        return ByteBuffer.allocate(ORDER_SIZE).put(order.code).putLong(count).flip();
    }

    private void accept() {
        try (Selector selector = Selector.open()) {
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) {
                        accept(selector);
                    } else {
                        key.cancel();
                        // The channel may block again when the selector has let it go.
                        begun.add((SocketChannel) key.channel());
                    }
                }
                selector.selectedKeys().clear();
                if (!begun.isEmpty()) {
                    selector.selectNow();
                    begun.forEach(connection -> Thread.ofPlatform()
                            .daemon()
                            .name("target-connection")
                            .start(() -> serve(connection)));
                    begun.clear();
                }
            }
        } catch (IOException ended) {
            // The target was closed.
        }
    }

    private void accept(Selector selector) throws IOException {
        SocketChannel connection = server.accept();
        if (connection != null) {
            connection.configureBlocking(false);
            connection.register(selector, SelectionKey.OP_READ);
        }
    }

    private static void serve(SocketChannel connection) {
        try (connection) {
            connection.configureBlocking(true);
            connection.socket().setTcpNoDelay(true);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (read(connection, buffer.clear().limit(ORDER_SIZE))) {
                Order order = Order.of(buffer.get(0));
                long count = buffer.getLong(1);
                switch (order) {
                    case SEND -> send(connection, buffer.clear(), count);
                    case TAKE -> take(connection, buffer, count);
                    case ECHO -> echo(connection, buffer, count);
                }
            }
        } catch (IOException ended) {
            // The proxy reports it to its client, and the client to the user.
        }
    }

    /** Fills the buffer; false at the end of the connection. */
    private static boolean read(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (connection.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void write(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    private static void send(SocketChannel connection, ByteBuffer buffer, long count) throws IOException {
        for (long left = count; left > 0; ) {
            int length = (int) Math.min(left, buffer.capacity());
            write(connection, buffer.position(0).limit(length));
            left -= length;
        }
    }

    private static void take(SocketChannel connection, ByteBuffer buffer, long count) throws IOException {
        for (long left = count; left > 0; ) {
            int length = connection.read(buffer.clear().limit((int) Math.min(left, buffer.capacity())));
            if (length < 0) {
                return;
            }
            left -= length;
        }
        write(connection, buffer.position(0).limit(1));
    }

    private static void echo(SocketChannel connection, ByteBuffer buffer, long count) throws IOException {
        for (long left = count; left > 0; ) {
            int length = connection.read(buffer.clear().limit((int) Math.min(left, buffer.capacity())));
            if (length < 0) {
                return;
            }
            write(connection, buffer.flip());
            left -= length;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
