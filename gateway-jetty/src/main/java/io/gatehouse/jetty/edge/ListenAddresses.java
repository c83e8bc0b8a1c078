package io.gatehouse.jetty.edge;

import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The addresses that the gateway listens on, and what administrators are told when it cannot. */
public final class ListenAddresses {
    private ListenAddresses() {}

    /**
     * The address that is configured.
     *
     * @param table of the configuration, where it stands
     * @throws GatewayStartException when this machine does not know it
     */
    public static InetSocketAddress resolve(String table, ListenAddress configured) throws GatewayStartException {
        InetSocketAddress address = configured.host().isPresent()
                ? new InetSocketAddress(configured.host().get(), configured.port())
                : new InetSocketAddress(configured.port());
        if (address.isUnresolved()) {
            throw new GatewayStartException(
                    table + " " + configured + ": unknown host (expected an address of this machine,"
                            + " not the name of a network interface; \":" + configured.port() + "\" is all addresses)");
        }
        return address;
    }

    /** The system's words for why nothing can listen there, and what administrators look for next. */
    public static GatewayStartException notBound(String table, @Nullable String host, int port, IOException failure) {
        String reason = GatewayStartException.rootMessage(failure);
        String hint = "";
        if (reason.contains("in use")) {
            hint = " (another program listens there; find it with: ss -ltnp 'sport = :" + port + "')";
        } else if (reason.contains("Permission denied")) {
            hint = " (a port below 1024 needs the capability CAP_NET_BIND_SERVICE, which the systemd unit gives)";
        } else if (reason.contains("Cannot assign")) {
            hint = " (no interface of this machine has this address)";
        }
        return new GatewayStartException(
                table + " " + (host == null ? "" : host) + ":" + port + ": cannot listen: " + reason + hint, failure);
    }
}
