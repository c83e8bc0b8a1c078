package io.gatehouse.testkit.target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all targets share: a listener on 127.0.0.1 with a port of the system's choice, one virtual thread for each of at
 * most {@value #MAX_CONNECTIONS} connections, and an end to all of them. More connections are closed at once.
 */
public abstract sealed class LoopbackTarget implements AutoCloseable
        permits EchoTarget, ResettingTarget, SilentTarget, SinkTarget, SourceTarget {
    private static final int MAX_CONNECTIONS = 1024;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int accepted;
    private int ended;
    private long received;
    private long sent;

    /**
     * Listens; connections are served after {@link #start()}.
     *
     * @param receiveBuffer bytes that the system may keep for a connection, 0 for its own choice
     */
    LoopbackTarget(int receiveBuffer) {
        try {
            listener = new ServerSocket();
            if (receiveBuffer > 0) {
                listener.setReceiveBufferSize(receiveBuffer);
            }
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 128);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins to accept, once the subclass is complete. */
    final void start() {
        threads.execute(this::accept);
    }

    /** Treats one connection, which ends when this returns; an exception is an end like any other. */
    abstract void serve(Socket socket) throws IOException;

    /** The address to connect to, {@code 127.0.0.1}. */
    public final String host() {
        return "127.0.0.1";
    }

    /** The port to connect to. */
    public final int port() {
        return listener.getLocalPort();
    }

    /** How many connections were accepted so far. */
    public final int accepted() {
        return locked(() -> accepted);
    }

    /** How many connections are open. */
    public final int active() {
        return locked(() -> accepted - ended);
    }

    /** How many bytes came in over all connections. */
    public final long received() {
        return locked(() -> received);
    }

    /** How many bytes went out over all connections. */
    public final long sent() {
        return locked(() -> sent);
    }

    /** Waits until so many connections were accepted; false after the timeout. */
    public final boolean awaitAccepted(int connections, Duration timeout) throws InterruptedException {
        return await(() -> accepted >= connections, timeout);
    }

    /** Waits until no connection is open; false after the timeout. */
    public final boolean awaitIdle(Duration timeout) throws InterruptedException {
        return await(() -> accepted == ended, timeout);
    }

    /** Waits until so many bytes came in; false after the timeout. */
    public final boolean awaitReceived(long bytes, Duration timeout) throws InterruptedException {
        return await(() -> received >= bytes, timeout);
    }

    /** Ends all connections by RST and goes on listening: a target that drops in the middle of a session. */
    public final void resetConnections() {
        open.forEach(LoopbackTarget::reset);
        change(() -> {});
    }

    /** Ends all connections in an orderly way and goes on listening. */
    public final void closeConnections() {
        open.forEach(LoopbackTarget::closeQuietly);
        change(() -> {});
    }

    /** Stops listening, ends all connections and waits for their threads. */
    @Override
    public final void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeConnections();
        threads.close();
    }

    final void countReceived(long bytes) {
        change(() -> received += bytes);
    }

    final void countSent(long bytes) {
        change(() -> sent += bytes);
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException ignored) {
            // It is closed already.
        }
        closeQuietly(socket);
    }

    private void accept() {
        while (!listener.isClosed()) {
            Socket socket = next();
            if (socket == null) {
                continue;
            }
            if (active() >= MAX_CONNECTIONS) {
                closeQuietly(socket);
                continue;
            }
            open.add(socket);
            change(() -> accepted++);
            try {
                threads.execute(() -> run(socket));
            } catch (RejectedExecutionException e) {
                // The target was closed in this moment.
                end(socket);
            }
            if (listener.isClosed()) {
                closeConnections();
            }
        }
    }

    private @Nullable Socket next() {
        try {
            return listener.accept();
        } catch (IOException e) {
            return null;
        }
    }

    private void run(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            serve(socket);
        } catch (IOException ignored) {
            // The other side may end as it likes; tests look at the counters.
        } finally {
            end(socket);
        }
    }

    private void end(Socket socket) {
        closeQuietly(socket);
        open.remove(socket);
        change(() -> ended++);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is closed already.
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this side has closed a connection, and meanwhile does nothing with it. */
    final void awaitClosed(Socket socket) throws InterruptedException {
        while (!socket.isClosed()) {
            await(socket::isClosed, Duration.ofMinutes(1));
        }
    }

    private boolean await(BooleanSupplier reached, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
