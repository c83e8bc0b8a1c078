package io.gatehouse.jetty.tunnel;

import io.gatehouse.jetty.edge.Drain;
import jakarta.inject.Inject;

/**
 * Opens the tunnels of a gateway. Here tunnels are born, so here those end that come too late: the request of one may
 * have been let in before a drain began. Safe for use by many threads.
 */
public final class TunnelFactory {
    private final TunnelServices services;
    private final Drain drain;

    @Inject
    TunnelFactory(TunnelServices services, Drain drain) {
        this.services = services;
        this.drain = drain;
    }

    /** Opens the tunnel of a client to which {@code link} sends. */
    public TunnelDriver open(TunnelStart start, ClientLink link) {
        TunnelDriver tunnel = new TunnelDriver(services, start, link);
        services.tunnels().add(tunnel);
        // Asked now that the tunnel is among those that the deadline of a drain ends; by another thread, since the
        // transport does not have its tunnel yet.
        drain.state().ifPresent(state -> services.executor().execute(() -> tunnel.terminate(true, state.why())));
        return tunnel;
    }
}
