package io.gatehouse.core.audit;

import java.util.List;

/** What {@code event.action} of an {@link AuditEvent} can be. What the log says about itself is not here. */
public final class AuditActions {
    /** All of them, those of one subject together. */
    public static final List<String> ALL = List.of(
            "session.start",
            "session.end",
            "session.timeout",
            "session.terminated",
            "session.renewed",
            "session.rule-changed",
            "sign-in.accepted",
            "sign-in.refused",
            "second-factor.asked",
            "second-factor.code-accepted",
            "second-factor.recovery-code-used",
            "second-factor.enrolled",
            "second-factor.removed",
            "second-factor.recovery-codes-renewed",
            "second-factor.reset-by-command",
            "second-factor.ticket-made",
            "second-factor.changed-in-file",
            "second-factor.certificate-ended",
            "approval.asked",
            "approval.given",
            "approval.refused",
            "approval.not-me",
            "approval.denied",
            "approval.closed",
            "approval.exempt",
            "sign-out",
            "token.issued",
            "device-ticket.made",
            "device-ticket.refused",
            "device-ticket.revoked",
            "device-ticket.expired",
            "grant.asked",
            "grant.approved",
            "grant.denied",
            "grant.withdrawn",
            "grant.refused",
            "grant.revoked",
            "grant.expired",
            "grant.used",
            "wake.begun",
            "wake.answered",
            "wake.unanswered",
            "connection.denied",
            "resource.denied",
            "resource.unreachable",
            "limit.connections",
            "tunnel.failed",
            "kdc-proxy.refused",
            "refusals.repeated",
            "admin.call",
            "admin.refused",
            "configuration.reloaded",
            "configuration.refused");

    private AuditActions() {}
}
