package io.gatehouse.jetty.edge;

import io.gatehouse.api.Peer;
import io.gatehouse.core.forwarding.ForwardedChain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * Finds out who stands behind a request. Forwarding headers are believed only when the peer of the TCP connection is a
 * trusted proxy, only the one that the configuration says its proxies write, and then the right-most address that is no
 * trusted proxy itself is the client.
 */
final class Peers {
    private static final String FORWARDED = "Forwarded";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private Peers() {}

    /**
     * The peer of {@code request}; empty for a connection that is not from the network, and when nobody can tell who it
     * is.
     */
    static Optional<Peer> of(Request request) {
        if (!(request.getConnectionMetaData().getConnector() instanceof ListenerConnector listener)
                || !(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        InetAddress direct = remote.getAddress();
        if (!listener.trusts(direct)) {
            return Optional.of(
                    new Peer(direct, listener.encrypted(), false, listener.channelBindings(), listener.serverNames()));
        }
        return chain(request, listener)
                .map(chain -> new Peer(
                        chain.client(direct, listener::trusts),
                        chain.isEncrypted(),
                        true,
                        listener.channelBindings(),
                        listener.serverNames()));
    }

    private static Optional<ForwardedChain> chain(Request request, ListenerConnector listener) {
        return switch (listener.forwardingHeader()) {
            case FORWARDED -> ForwardedChain.ofForwarded(lines(request, FORWARDED));
            case X_FORWARDED_FOR ->
                Optional.of(
                        ForwardedChain.ofForwardedFor(lines(request, FORWARDED_FOR), lines(request, FORWARDED_PROTO)));
        };
    }

    private static List<String> lines(Request request, String header) {
        return request.getHeaders().getValuesList(header);
    }
}
