package io.gatehouse.jetty.rdg;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.PendingTable;
import io.gatehouse.core.login.PendingLogins;
import java.time.Duration;
import java.util.Optional;

/**
 * On which connections sign-ins began, so that the audit log can name a reverse proxy that gives the requests of one
 * client to several connections, and of which the gateway does not know that it is one. Decides nothing. Safe for use
 * by many threads.
 */
final class BegunSignIns {
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final PendingTable<PendingLogins.Key, String> connections;

    /**
     * An empty table.
     *
     * @param most how many sign-ins it knows
     * @param mostOfClient how many of one client
     */
    BegunSignIns(MonotonicClock time, int most, int mostOfClient) {
        this.connections = new PendingTable<>(time, LIFE, most, mostOfClient, _ -> {});
    }

    /** A sign-in began on a connection. */
    void began(PendingLogins.Key key, String connection) {
        connections.put(key, key.client(), connection);
    }

    /** Why a sign-in cannot go on on this connection, if it began on another one. */
    Optional<String> lost(PendingLogins.Key key, String connection) {
        return connections
                .take(key)
                .filter(where -> !where.equals(connection))
                .map(_ -> ("the sign-in began on another connection from %s (expected the same one; if that is a"
                                + " reverse proxy, name it in trusted-proxies, or let it keep one connection for each"
                                + " client)")
                        .formatted(key.client().getHostAddress()));
    }
}
