package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.tunnel.ReviewCause;
import io.gatehouse.core.tunnel.TunnelEffect;
import java.util.List;
import java.util.Optional;

/** Writes what happens to one tunnel into the audit log. Touched by the tunnel's mailbox only. */
final class TunnelJournal {
    private final AuditLog audit;
    private final TunnelStart start;
    private Optional<String> remark = Optional.empty();

    TunnelJournal(AuditLog audit, TunnelStart start) {
        this.audit = audit;
        this.start = start;
    }

    /** What an auditor should know of the sign-in that comes next. */
    void remark(Optional<String> noticed) {
        remark = noticed;
    }

    void signInRefused(String method, Optional<String> account, Outcome.Rejected rejected) {
        audit.record(new AuditEvent.SignInRefused(
                origin(Optional.empty()), account, method, rejected.reason(), rejected.detail()));
    }

    void signedIn(Identity who) {
        audit.record(new AuditEvent.SignedIn(origin(Optional.empty()), who, remark));
    }

    void refused(AuditEvent.Stage stage, TunnelEffect.Refused refused) {
        audit.record(new AuditEvent.Refused(
                origin(refused.client().name()),
                stage,
                refused.client().identity(),
                Optional.of(refused.target()).filter(target -> !target.isEmpty()),
                several(refused.names()),
                refused.code(),
                refused.why()));
    }

    /** An approval is asked for, or not needed by exception; {@code question} is empty then. */
    void approval(
            AuditEvent.ApprovalStep what,
            Identity who,
            Optional<String> clientName,
            String question,
            String rule,
            Optional<String> target) {
        audit.record(new AuditEvent.Approval(
                origin(clientName), who, what, Optional.empty(), question, rule, target, Optional.empty(), ""));
    }

    /** {@code approval} is by which it was opened, where the rule asks for one. */
    void opened(TunnelEffect.ChannelOpened opened, Optional<GivenApproval> approval) {
        audit.record(new AuditEvent.ChannelOpened(
                origin(opened.session().clientName()),
                opened.session().identity(),
                opened.allow().rule().name(),
                approval,
                opened.allow().target().toString(),
                several(opened.names()),
                opened.address()));
    }

    void continued(TunnelEffect.ChannelContinued continued) {
        audit.record(new AuditEvent.ChannelContinued(
                origin(continued.session().clientName()),
                continued.session().identity(),
                continued.cause() == ReviewCause.SESSION_TIMEOUT,
                continued.allow().rule().name(),
                continued.before().rule().name(),
                continued.allow().target().toString(),
                continued.cause().text()));
    }

    void closed(TunnelEffect.ChannelClosed closed, TargetSlot.Traffic traffic) {
        audit.record(new AuditEvent.ChannelClosed(
                origin(closed.session().clientName()),
                closed.session().identity(),
                closed.allow().rule().name(),
                closed.allow().target().toString(),
                traffic.bytesToTarget(),
                traffic.bytesToClient(),
                traffic.lasted(),
                closed.closedBy(),
                closed.why()));
    }

    /** One name is the target itself, and stands there. */
    private static List<String> several(List<String> names) {
        return names.size() > 1 ? names : List.of();
    }

    /** Where its events come from; from any thread. */
    AuditEvent.Origin origin(Optional<String> clientName) {
        return new AuditEvent.Origin(start.correlationId(), start.peer().address(), clientName, start.transport());
    }
}
