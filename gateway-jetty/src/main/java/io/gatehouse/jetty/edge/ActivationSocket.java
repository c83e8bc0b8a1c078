package io.gatehouse.jetty.edge;

import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The listening socket that systemd hands over (socket activation, sd_listen_fds(3)). It stays open while the gateway
 * restarts, so that no connection is refused. The launcher makes it standard input, where Java looks for it.
 *
 * @param channel the socket
 * @param address where it listens
 */
public record ActivationSocket(ServerSocketChannel channel, InetSocketAddress address) {
    /** That of this process; empty when systemd has handed none over. */
    static Optional<ActivationSocket> ofThisProcess() throws GatewayStartException {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    private static Optional<ActivationSocket> of(Map<String, String> environment, long pid)
            throws GatewayStartException {
        String sockets = environment.getOrDefault("LISTEN_FDS", "0");
        if (sockets.equals("0") || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return Optional.empty();
        }
        try {
            Channel inherited = System.inheritedChannel();
            if (sockets.equals("1")
                    && inherited instanceof ServerSocketChannel channel
                    && channel.getLocalAddress() instanceof InetSocketAddress address) {
                return Optional.of(new ActivationSocket(channel, address));
            }
        } catch (IOException e) {
            throw new GatewayStartException("the socket of systemd cannot be used: " + e, e);
        }
        throw GatewayStartException.ofConfiguration(
                "systemd has handed over " + sockets + " sockets (expected one TCP socket that listens: ListenStream)");
    }

    /**
     * The number of the listener that it is for.
     *
     * @param listeners the addresses of all
     * @throws GatewayStartException when it is for none: it would let clients in where the configuration does not
     */
    int belongsTo(List<InetSocketAddress> listeners) throws GatewayStartException {
        for (int i = 0; i < listeners.size(); i++) {
            if (fits(address, listeners.get(i))) {
                return i;
            }
        }
        throw GatewayStartException.ofConfiguration("the socket of systemd listens on " + address
                + ", and no [[listener]] has this address (change ListenStream of gatehouse.socket or the listener)");
    }

    /** Whether a socket of systemd at this address is that of {@code listener}. */
    public static boolean fits(InetSocketAddress address, InetSocketAddress listener) {
        InetAddress own = address.getAddress();
        InetAddress other = listener.getAddress();
        return address.getPort() == listener.getPort()
                && (own.equals(other) || (own.isAnyLocalAddress() && other.isAnyLocalAddress()));
    }
}
