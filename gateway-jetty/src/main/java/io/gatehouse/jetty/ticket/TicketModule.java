package io.gatehouse.jetty.ticket;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.DeviceTicketsConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Wires device tickets, where the configuration has them. */
public final class TicketModule extends AbstractModule {
    @Provides
    @Singleton
    Optional<TicketDesk> desk(
            Configuration configuration,
            Optional<DeviceTickets> tickets,
            PolicyInForce policy,
            Tunnels tunnels,
            Approvals approvals,
            AuditLog audit,
            MonotonicClock time,
            Executor executor)
            throws GatewayStartException {
        Optional<DeviceTicketsConfig> config = configuration.gateway().portal().flatMap(PortalConfig::deviceTickets);
        return config.isEmpty() || tickets.isEmpty()
                ? Optional.empty()
                : Optional.of(new TicketDesk(
                        tickets.get(), config.get().file(), policy, tunnels, approvals, audit, time, executor));
    }
}
