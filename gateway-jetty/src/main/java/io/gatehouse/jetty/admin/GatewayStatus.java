package io.gatehouse.jetty.admin;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/**
 * How the gateway is, as the API shows it.
 *
 * @param ready whether it takes new tunnels
 * @param started when it began to listen
 * @param listeners where it listens for clients
 * @param tunnels with and without a channel
 * @param halfTunnels OUT channels that wait for their IN channel
 * @param connections of clients
 * @param connectionsBeforeLogin those whose user has not signed in yet
 * @param auditEventsLost that could not be kept
 */
public record GatewayStatus(
        boolean ready,
        Instant started,
        List<InetSocketAddress> listeners,
        int tunnels,
        int halfTunnels,
        int connections,
        int connectionsBeforeLogin,
        long auditEventsLost) {
    public GatewayStatus {
        listeners = List.copyOf(listeners);
    }
}
