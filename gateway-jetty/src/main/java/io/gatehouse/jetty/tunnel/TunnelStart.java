package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Peer;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.jetty.edge.ConnectionGuard;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a client when its tunnel begins.
 *
 * @param signIn how far HTTP came with signing it in
 * @param peer where it comes from
 * @param transport {@code websocket} or {@code dual-channel}
 * @param correlationId ties log and audit lines together
 * @param userAgent the HTTP header, printable and of bounded length
 * @param guards of its connections
 */
public record TunnelStart(
        SignIn signIn,
        Peer peer,
        String transport,
        String correlationId,
        Optional<String> userAgent,
        List<ConnectionGuard> guards) {
    public TunnelStart {
        guards = List.copyOf(guards);
    }
}
