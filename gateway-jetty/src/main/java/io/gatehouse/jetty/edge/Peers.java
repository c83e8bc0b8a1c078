package io.gatehouse.jetty.edge;

import io.gatehouse.api.Peer;
import io.gatehouse.core.forwarding.ForwardedChain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who stands behind a request. Forwarding headers are believed only when the peer of the TCP connection is a
 * trusted proxy, only the one that the configuration says its proxies write, and then the right-most address that is no
 * trusted proxy itself is the client.
 *
 * <p>At a listener with PROXY headers, the address in that header is in the place of the peer of the TCP connection, so
 * forwarding headers are believed only when it is a trusted proxy's. A proxy that names nobody speaks for itself alone.
 */
final class Peers {
    private static final String FORWARDED = "Forwarded";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private Peers() {}

    /**
     * The peer of {@code request}; empty for a connection that is not from the network, and when nobody can tell who it
     * is.
     *
     * @param guard of the connection; null when it was closed meanwhile
     */
    static Optional<Peer> of(Request request, @Nullable ConnectionGuard guard) {
        if (!(request.getConnectionMetaData().getConnector() instanceof ListenerConnector listener)
                || !(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        InetAddress direct = remote.getAddress();
        boolean shared = guard == null ? !listener.takesProxyHeaders() && listener.trusts(direct) : guard.shared();
        if (!shared) {
            boolean encrypted = listener.encrypted() || (guard != null && guard.proxySaysTls());
            return Optional.of(listener.peer(endPoint, direct, encrypted, false));
        }
        return chain(request, listener)
                .map(chain ->
                        listener.peer(endPoint, chain.client(direct, listener::trusts), chain.isEncrypted(), true));
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
