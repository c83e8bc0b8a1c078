package io.gatehouse.jetty.socket;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Keeps clients that nobody knows from holding the places of a server: a connection that is not said to be known is
 * closed after a while, and before that when newer ones need its place. The while runs from its
 * opening, whatever it sends, so that nobody prolongs it by sending a request byte by byte. Safe for use by many
 * threads.
 */
public final class UnknownConnections implements Connection.Listener {
    private final Scheduler scheduler;
    private final Duration patience;
    private final int most;
    /** Those that are not known, the oldest first. */
    private final Deque<EndPoint> unknown = new ArrayDeque<>();

    /**
     * No connections yet.
     *
     * @param patience after which a connection that is not known is closed
     * @param most such connections at one time; beyond them, the oldest is closed
     */
    public UnknownConnections(Scheduler scheduler, Duration patience, int most) {
        this.scheduler = scheduler;
        this.patience = patience;
        this.most = most;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = connection.getEndPoint();
        if (opened instanceof SslConnection.SslEndPoint) {
            return; // counted when its connection was opened, before the handshake
        }
        Optional<EndPoint> oldest;
        synchronized (this) {
            unknown.addLast(opened);
            oldest = unknown.size() > most ? Optional.of(unknown.removeFirst()) : Optional.empty();
        }
        oldest.ifPresent(EndPoint::close);
        scheduler.schedule(() -> expire(opened), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (this) {
            unknown.remove(network(connection.getEndPoint()));
        }
    }

    /** {@code connection} is known from now on: it is closed for nobody. */
    public void known(Connection connection) {
        synchronized (this) {
            unknown.remove(network(connection.getEndPoint()));
        }
    }

    private void expire(EndPoint opened) {
        boolean over;
        synchronized (this) {
            over = unknown.remove(opened);
        }
        if (over) {
            opened.close();
        }
    }

    private static EndPoint network(EndPoint endPoint) {
        return endPoint instanceof SslConnection.SslEndPoint tls
                ? tls.getSslConnection().getEndPoint()
                : endPoint;
    }
}
