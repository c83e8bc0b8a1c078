package io.gatehouse.jetty.admin;

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
 * Keeps clients that nobody knows from holding the places of the API: a connection that brings no request of an
 * administrator is closed after a while, and before that when newer ones need its place. The while runs from its
 * opening, whatever it sends, so that nobody prolongs it by sending a request byte by byte. Safe for use by many
 * threads.
 */
final class AdminConnections implements Connection.Listener {
    private final Scheduler scheduler;
    private final Duration patience;
    private final int most;
    /** Connections without a request of an administrator, the oldest first. */
    private final Deque<EndPoint> unknown = new ArrayDeque<>();

    /**
     * No connections yet.
     *
     * @param patience after which a connection without a request of an administrator is closed
     * @param most such connections at one time; beyond them, the oldest is closed
     */
    AdminConnections(Scheduler scheduler, Duration patience, int most) {
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

    /** An administrator made a request on {@code connection}. */
    void signedIn(Connection connection) {
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
