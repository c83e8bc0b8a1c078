package io.gatehouse.jetty.tunnel;

import jakarta.inject.Inject;

/** Opens the tunnels of a gateway. Safe for use by many threads. */
public final class TunnelFactory {
    private final TunnelServices services;

    @Inject
    TunnelFactory(TunnelServices services) {
        this.services = services;
    }

    /** Opens the tunnel of a client to which {@code link} sends. */
    public TunnelDriver open(TunnelStart start, ClientLink link) {
        TunnelDriver tunnel = new TunnelDriver(services, start, link);
        services.tunnels().add(tunnel);
        return tunnel;
    }
}
