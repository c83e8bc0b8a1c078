package io.gatehouse.jetty.admin;

import io.gatehouse.api.Domains;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import io.gatehouse.jetty.diagnosis.DebugWatches;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What the operations of the API need.
 *
 * @param secondFactors one-time codes of the portal, where the configuration has them
 * @param grants temporary grants, where the configuration has them
 * @param deviceTickets files that are good for months, where the configuration has them
 * @param blockFile keeps blocked users over a restart
 * @param scheduler for the deadline of a drain
 */
public record AdminServices(
        Tunnels tunnels,
        UserControl users,
        UserBlocks blocks,
        BlockFile blockFile,
        Optional<SecondFactors> secondFactors,
        Optional<GrantDesk> grants,
        Optional<TicketDesk> deviceTickets,
        Drain drain,
        DebugWatches watches,
        ConnectionLog connections,
        Supplier<GatewayStatus> status,
        ConfigurationControl configuration,
        Domains domains,
        AuditLog audit,
        Scheduler scheduler,
        Clock clock,
        MonotonicClock time) {}
