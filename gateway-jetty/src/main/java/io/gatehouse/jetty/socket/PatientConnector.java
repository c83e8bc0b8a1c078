package io.gatehouse.jetty.socket;

import io.gatehouse.api.MonotonicClock;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on a thread of its own, many at a burst, and survives that it cannot: when no file descriptors
 * are left, the kernel keeps the next connections, and each attempt to accept one fails at once. It waits between
 * attempts and tells the log once a minute, so that neither the processor nor the disk suffers, and goes on when there
 * are descriptors again.
 */
public class PatientConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(PatientConnector.class);
    /**
     * Connections that the kernel keeps until they are accepted; it takes fewer when {@code net.core.somaxconn} is
     * less.
     */
    private static final int ACCEPT_QUEUE = 4096;

    private static final long PAUSE_MILLIS = 100;
    private static final Duration TELLING = Duration.ofMinutes(1);

    private final MonotonicClock time;
    // Touched by the one acceptor only.
    private long failures;
    private long tellAgain;
    private Optional<ServerSocketChannel> lent = Optional.empty();

    /**
     * A connector with one acceptor.
     *
     * @param selectors as many, or by the number of processors when negative
     */
    public PatientConnector(
            Server server,
            @Nullable Scheduler scheduler,
            @Nullable ByteBufferPool pool,
            int selectors,
            MonotonicClock time,
            ConnectionFactory... factories) {
        super(server, null, scheduler, pool, 1, selectors, factories);
        this.time = time;
    }

    /** Listens at {@code channel}, which others have bound and which stays open when this is closed. */
    public void openLent(ServerSocketChannel channel) throws IOException {
        lent = Optional.of(channel);
        open();
    }

    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        return lent.isPresent() ? new LentListener(lent.get()) : super.openAcceptChannel();
    }

    @Override
    public int getAcceptQueueSize() {
        return ACCEPT_QUEUE;
    }

    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        if (!isRunning()
                || failure instanceof ClosedByInterruptException
                || failure instanceof ClosedChannelException) {
            return false;
        }
        failures++;
        if (failures == 1 || time.hasReached(tellAgain)) {
            LOG.atError()
                    .addKeyValue("listener", getLocalPort())
                    .addKeyValue("attempts", failures)
                    .addKeyValue("reason", failure.toString())
                    .log("connections cannot be accepted");
            tellAgain = time.in(TELLING);
        }
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            return false;
        }
        return true;
    }
}
