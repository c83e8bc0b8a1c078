package io.gatehouse.jetty;

import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.edge.RefusedConnections;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.startup.GatewayVersion;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.work.CpuPool;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the gateway shows of itself, beside what it counts on the way. */
final class GatewayMetrics {
    private static final List<String> TRANSPORTS = List.of("websocket", "dual-channel");

    private GatewayMetrics() {}

    static void register(
            MetricRegistry registry,
            Tunnels tunnels,
            Pairings pairings,
            ConnectionBudget budget,
            RefusedConnections refusals,
            AuditTrail audit,
            CpuPool cpu,
            Drain drain,
            UserBlocks blocks,
            Approvals approvals,
            Optional<TicketDesk> deviceTickets) {
        registry.build(GatewayVersion.text());
        for (String transport : TRANSPORTS) {
            registry.gauge(
                    "gatehouse_sessions",
                    "Open desktops: channels to targets that are open now.",
                    Map.of("transport", transport),
                    () -> tunnels.openChannels(transport));
        }
        registry.gauge("gatehouse_tunnels", "Tunnels now.", Map.of(), tunnels::count);
        registry.gauge(
                "gatehouse_channels", "Channels to targets now, open or being opened.", Map.of(), tunnels::channels);
        registry.gauge(
                "gatehouse_half_tunnels", "OUT channels that wait for their IN channel.", Map.of(), pairings::count);
        registry.gauge("gatehouse_connections", "Connections of clients now.", Map.of(), budget::connections);
        registry.gauge(
                "gatehouse_connections_before_login",
                "Connections of clients that have not signed in yet.",
                Map.of(),
                budget::beforeLogin);
        registry.counter(
                "gatehouse_connections_accepted_total", "Connections that were taken in.", Map.of(), budget::accepted);
        registry.counter(
                "gatehouse_connections_refused_total",
                "Connections that were closed at once, since there were too many.",
                Map.of(),
                refusals::refused);
        ended(registry, "crowded", refusals::crowded);
        ended(registry, "source", refusals::ofSource);
        ended(registry, "no-request", refusals::withoutRequest);
        waiting(registry, "file", audit::waiting);
        waiting(registry, "syslog", audit::waitingForSyslog);
        lost(registry, "file", audit::lost);
        lost(registry, "syslog", audit::lostBySyslog);
        webhookEvents(registry, "delivered", () -> audit.webhookCounts().delivered());
        webhookEvents(registry, "lost", () -> audit.webhookCounts().lost());
        webhookEvents(registry, "refused", () -> audit.webhookCounts().refused());
        registry.counter(
                "gatehouse_webhook_attempts_failed_total",
                "Attempts to send an event to a webhook that came to nothing.",
                Map.of(),
                () -> audit.webhookCounts().failedAttempts());
        registry.gauge(
                "gatehouse_cpu_work_waiting",
                "Password hashes and signatures that wait for a thread to compute them.",
                Map.of(),
                cpu::waiting);
        registry.counter(
                "gatehouse_cpu_work_refused_total",
                "Password hashes and signatures that were not computed, since too many waited.",
                Map.of(),
                cpu::refused);
        registry.gauge(
                "gatehouse_draining",
                "1 while the gateway takes no new tunnels: an administrator drains it, or it stops.",
                Map.of(),
                () -> drain.state().isPresent() ? 1 : 0);
        registry.gauge(
                "gatehouse_blocked_users",
                "Users whom administrators keep out now.",
                Map.of(),
                () -> blocks.all().size());
        registry.gauge(
                "gatehouse_approvals_pending",
                "Connections that wait for an approval, or can still get one.",
                Map.of(),
                approvals::pending);
        deviceTickets.ifPresent(desk -> registry.gauge(
                "gatehouse_device_tickets_active", "Device tickets that are good now.", Map.of(), desk::count));
        registry.addVirtualMachine();
    }

    /** Shows when the certificates end, which may be others by then than now. */
    static void registerCertificates(MetricRegistry registry, Map<String, Supplier<Instant>> ends) {
        ends.forEach((listener, end) -> registry.gauge(
                "gatehouse_certificate_expiry_timestamp_seconds",
                "When the certificate of a listener ends, in seconds since 1970.",
                Map.of("listener", listener),
                () -> end.get().getEpochSecond()));
    }

    private static void waiting(MetricRegistry registry, String to, LongSupplier count) {
        registry.gauge(
                "gatehouse_audit_events_waiting",
                "Audit events that are not written, or not sent to a syslog server, yet.",
                Map.of("to", to),
                count);
    }

    private static void lost(MetricRegistry registry, String to, LongSupplier count) {
        registry.counter(
                "gatehouse_audit_events_lost_total",
                "Audit events that could not be written, or sent to a syslog server.",
                Map.of("to", to),
                count);
    }

    private static void webhookEvents(MetricRegistry registry, String outcome, LongSupplier count) {
        registry.counter(
                "gatehouse_webhook_events_total",
                "Events for webhooks, by what became of them.",
                Map.of("outcome", outcome),
                count);
    }

    private static void ended(MetricRegistry registry, String reason, LongSupplier count) {
        registry.counter(
                "gatehouse_connections_ended_before_login_total",
                "Connections that were ended before sign-in, by the limit that they exceeded.",
                Map.of("reason", reason),
                count);
    }
}
