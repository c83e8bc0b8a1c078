package io.gatehouse.api;

import java.net.InetAddress;
import java.util.List;

/**
 * Who stands at the other end of a connection, before any sign-in.
 *
 * @param address the client's address; behind a trusted proxy the one that the proxy vouches for
 * @param encrypted whether the client's connection is protected by TLS, here or at the trusted proxy
 * @param viaProxy whether a trusted proxy stands between client and gateway, so that connections may be shared by
 *     clients
 * @param channelBindings the TLS channel bindings that are right for this connection; empty when they are not known
 * @param serverNames the names under which the client may know this server
 */
public record Peer(
        InetAddress address,
        boolean encrypted,
        boolean viaProxy,
        List<ChannelBinding> channelBindings,
        ServerNames serverNames) {
    public Peer {
        channelBindings = List.copyOf(channelBindings);
    }

    /** A peer of a server whose certificates name nothing. */
    public Peer(InetAddress address, boolean encrypted, boolean viaProxy, List<ChannelBinding> channelBindings) {
        this(address, encrypted, viaProxy, channelBindings, ServerNames.NONE);
    }
}
