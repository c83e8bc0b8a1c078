package io.gatehouse.jetty.admin;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the gateway is, as the API shows it.
 *
 * @param version of the gateway
 * @param ready whether it takes new tunnels
 * @param started when it began to listen
 * @param listeners where it listens for clients
 * @param tunnels with and without a channel
 * @param halfTunnels OUT channels that wait for their IN channel
 * @param connections of clients
 * @param connectionsBeforeLogin those whose user has not signed in yet
 * @param auditEventsLost that could not be kept
 * @param refusalsInLastMinute sign-ins, tunnels, channels and requests that were refused
 * @param certificateEnd when the first of the certificates of listeners ends; empty when none has TLS
 * @param certificateProblem why a new certificate is not in force, or could not be had; empty when all is well
 * @param nextCertificate when the ACME server is asked for the next one; empty without an ACME server
 */
public record GatewayStatus(
        String version,
        boolean ready,
        Instant started,
        List<InetSocketAddress> listeners,
        int tunnels,
        int halfTunnels,
        int connections,
        int connectionsBeforeLogin,
        long auditEventsLost,
        long refusalsInLastMinute,
        Optional<Instant> certificateEnd,
        Optional<String> certificateProblem,
        Optional<Instant> nextCertificate) {
    public GatewayStatus {
        listeners = List.copyOf(listeners);
    }
}
