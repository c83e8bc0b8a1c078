package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Scheme;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.token.PaaAuthentication;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts audit events on their way into the log. No label tells of a user, a client or a target, and what a client
 * makes up, such as the name of a scheme, never becomes one. Safe for use by many threads.
 */
public final class CountingAuditLog implements AuditLog {
    /** The methods by which a refusal may be known. */
    private static final Set<String> METHODS = Stream.concat(
                    Arrays.stream(Scheme.values()).map(Scheme::label),
                    Stream.of(PaaAuthentication.METHOD, DeviceTicket.METHOD, "totp"))
            .collect(Collectors.toUnmodifiableSet());

    /** From a connection that broke at once to a day's work, in seconds. */
    private static final double[] SESSION_LENGTHS = {1, 10, 60, 300, 900, 3600, 7200, 14_400, 28_800, 43_200, 86_400};

    private final AuditLog log;
    private final CounterFamily signIns;
    private final CounterFamily signInsRefused;
    private final CounterFamily refusals;
    private final CounterFamily opened;
    private final CounterFamily closed;
    private final CounterFamily reloads;
    private final CounterFamily wakes;
    private final CounterFamily approvals;
    private final CounterFamily tickets;
    private final DurationHistogram lasted;
    private final CounterFamily adminCalls;
    private final RecentRefusals recent;

    /** Counts for {@code metrics} and {@code recent}, and passes on to {@code log}. */
    public CountingAuditLog(AuditLog log, MetricRegistry metrics, RecentRefusals recent) {
        this.log = log;
        this.recent = recent;
        signIns = metrics.counters("gatehouse_sign_ins_total", "Sign-ins of tunnels.", "method");
        signInsRefused =
                metrics.counters("gatehouse_sign_ins_refused_total", "Sign-ins that were refused.", "method", "reason");
        refusals = metrics.counters(
                "gatehouse_refusals_total",
                "Connections, tunnels and channels that were refused or failed, by the error that the client was told.",
                "code");
        opened = metrics.counters("gatehouse_channels_opened_total", "Channels to targets that were opened.");
        closed = metrics.counters(
                "gatehouse_channels_closed_total", "Channels to targets that were closed, by who did it.", "by");
        adminCalls =
                metrics.counters("gatehouse_admin_requests_total", "Requests to the admin API.", "operation", "status");
        reloads = metrics.counters(
                        "gatehouse_reloads_total", "Reloads of the configuration, by what they came to.", "outcome")
                .beginningWith("applied")
                .beginningWith("refused");
        wakes = metrics.counters(
                        "gatehouse_wakes_total", "Desktops that were woken for users, by how far they came.", "stage")
                .beginningWith("begun")
                .beginningWith("answered")
                .beginningWith("unanswered");
        approvals = metrics.counters(
                        "gatehouse_approvals_total", "Approvals that were asked for, and answers to them.", "what")
                .beginningWith("asked")
                .beginningWith("given")
                .beginningWith("refused")
                .beginningWith("not-me")
                .beginningWith("denied")
                .beginningWith("exempt");
        tickets = metrics.counters(
                        "gatehouse_device_tickets_total",
                        "Device tickets, by what became of them, and desktops that were opened by them.",
                        "what")
                .beginningWith("made")
                .beginningWith("refused")
                .beginningWith("used")
                .beginningWith("revoked")
                .beginningWith("expired");
        lasted = metrics.durations(
                "gatehouse_channel_duration_seconds", "How long channels to targets were open.", SESSION_LENGTHS);
    }

    @Override
    public void record(AuditEvent event) {
        switch (event) {
            case AuditEvent.SignedIn signedIn ->
                signIns.count(signedIn.identity().method());
            case AuditEvent.SignInRefused refused -> {
                signInsRefused.count(method(refused), refused.reason().label());
                recent.count();
            }
            case AuditEvent.Refused refused -> {
                refusals.count(refused.code());
                recent.count();
            }
            case AuditEvent.KdcProxyRefused _ -> recent.count(); // the proxy counts its requests itself
            case AuditEvent.SecondFactor _,
                    AuditEvent.TokenIssued _,
                    AuditEvent.SignedOut _ -> {} // who signs in counts
            case AuditEvent.Approval approval -> approvals.count(word(approval.what()));
            case AuditEvent.ChannelContinued _ -> {} // it is open as before
            case AuditEvent.AccessGranting _ -> {} // who opens it counts
            case AuditEvent.DeviceTicketing ticketing -> tickets.count(word(ticketing.what()));
            case AuditEvent.WakeUp wake -> wakes.count(word(wake.what()));
            case AuditEvent.AdminCall call -> adminCalls.count(call.operation(), String.valueOf(call.status()));
            case AuditEvent.RefusalsRepeated _ -> {} // each of them was counted
            case AuditEvent.ConfigurationReloaded reloaded -> reloads.count(reloaded.applied() ? "applied" : "refused");
            case AuditEvent.ChannelOpened channel -> {
                opened.count();
                DeviceTicket.idOf(channel.identity()).ifPresent(_ -> tickets.count("used"));
            }
            case AuditEvent.ChannelClosed channel -> {
                closed.count(word(channel.closedBy()));
                lasted.observe(channel.lasted());
            }
        }
        log.record(event);
    }

    private static String method(AuditEvent.SignInRefused refused) {
        return METHODS.contains(refused.method()) ? refused.method() : BoundedSeries.OTHER;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
