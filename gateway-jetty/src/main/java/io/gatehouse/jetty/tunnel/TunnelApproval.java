package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.ApprovalTicket;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditEvent.ApprovalStep;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.core.tsgu.Capability;
import io.gatehouse.core.tunnel.TunnelEvent;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The approval that one tunnel waits for. Touched by the tunnel's mailbox only, but for {@link #isNeeded}.
 */
final class TunnelApproval {
    private final Approvals approvals;
    private final ApprovalDemands demands;
    private final ApprovalAddress page;
    private final InetAddress source;
    private final TunnelJournal journal;
    private final Mailbox mailbox;
    private final Consumer<TunnelEvent> events;
    /** Of the question that is open. */
    private @Nullable ApprovalTicket ticket;

    /** The answer to the last question, from when it came to when the tunnel asks for it. */
    private TunnelEvent.@Nullable ApprovalAnswered answer;

    private int questions;
    private boolean waiting;
    private boolean closed;

    /**
     * What a client is told and waits for.
     *
     * @param text that its user reads
     * @param waits whether the client waits before it names its target
     */
    record Notice(Optional<String> text, boolean waits) {
        private static final Notice NONE = new Notice(Optional.empty(), false);
    }

    /**
     * No approval yet.
     *
     * @param page where approvals are given
     * @param source the address of the client
     * @param events takes answers, in the mailbox
     */
    TunnelApproval(
            Approvals approvals,
            ApprovalDemands demands,
            ApprovalAddress page,
            InetAddress source,
            TunnelJournal journal,
            Mailbox mailbox,
            Consumer<TunnelEvent> events) {
        this.approvals = approvals;
        this.demands = demands;
        this.page = page;
        this.source = source;
        this.journal = journal;
        this.mailbox = mailbox;
        this.events = events;
    }

    /** Whether a client that sent these capabilities says that it can show a message before the tunnel. */
    static boolean showsMessages(int offeredFlags) {
        return Capability.MESSAGING_CONSENT_SIGN.in(offeredFlags);
    }

    /** Whether a connection by {@code rule} has to wait; from any thread. */
    boolean isNeeded(Identity who, Rule rule, int offeredFlags) {
        return lacking(who, rule, offeredFlags).isPresent();
    }

    private Optional<Rule> lacking(Identity who, Rule rule, int offeredFlags) {
        return demands.lacking(who, source, rule, showsMessages(offeredFlags));
    }

    /**
     * A client is let in that will probably reach something by {@code rules}. When that is one rule, whose approval it
     * needs, somebody is asked at once; otherwise the target decides. Users who approve their own connections know the
     * target; others wait to see it, so that the client goes on and names it.
     */
    Notice admitted(Identity who, List<Rule> rules, int offeredFlags) {
        List<Rule> lacking = rules.stream()
                .flatMap(rule -> lacking(who, rule, offeredFlags).stream())
                .toList();
        if (lacking.isEmpty()) {
            return Notice.NONE;
        }
        Rule first = lacking.getFirst();
        boolean asked = rules.size() == 1
                && !Approvals.isRefused(first, showsMessages(offeredFlags))
                && ask(who, first, onlyTarget(who), offeredFlags) instanceof Approvals.Asked.Waiting;
        Optional<String> text =
                showsMessages(offeredFlags) ? Optional.of(page.text(number(who), asked)) : Optional.empty();
        boolean own =
                first.approval().filter(terms -> terms.approvers().isEmpty()).isPresent();
        return new Notice(text, asked && own);
    }

    /** That of the question, if one is open, so that the client never shows another. */
    private int number(Identity who) {
        ApprovalTicket asked = ticket;
        return asked == null ? approvals.numberFor(who, source) : asked.number();
    }

    /** What a token opens, which says so before its client asks for it. */
    private static Optional<String> onlyTarget(Identity who) {
        return who.grant()
                .map(Grant::targets)
                .filter(targets -> targets.size() == 1)
                .map(targets -> targets.iterator().next());
    }

    private Approvals.Asked ask(Identity who, Rule rule, Optional<String> target, int offeredFlags) {
        leave();
        int question = ++questions;
        Approvals.Asked asked = approvals.ask(
                who,
                source,
                rule,
                showsMessages(offeredFlags),
                (given, why) -> mailbox.post(() -> answered(question, given, why)));
        if (asked instanceof Approvals.Asked.Waiting(ApprovalTicket next)) {
            ticket = next;
            target.ifPresent(next::target);
            if (next.isFirst()) {
                journal.approval(ApprovalStep.ASKED, who, Optional.empty(), next.question(), rule.name(), target);
            }
        }
        return asked;
    }

    private void answered(int question, boolean given, String why) {
        if (question != questions || closed) {
            return; // the answer to a question that this tunnel left
        }
        ticket = null;
        TunnelEvent.ApprovalAnswered came = new TunnelEvent.ApprovalAnswered(given, why);
        if (waiting) {
            waiting = false;
            events.accept(came);
        } else {
            answer = came;
        }
    }

    /** The client waits from now on, and has said its name. */
    void await(Optional<String> clientName) {
        ApprovalTicket asked = ticket;
        if (asked != null) {
            clientName.ifPresent(asked::named);
        }
        TunnelEvent.ApprovalAnswered came = answer;
        if (came != null) {
            answer = null;
            mailbox.post(() -> events.accept(came));
        } else {
            waiting = true;
        }
    }

    /**
     * The client asks for a target that needs the approval. What comes of it is told at once: that somebody is asked,
     * that somebody has approved meanwhile, or why nobody is asked.
     */
    void needed(Identity who, Access.Allow allow, Optional<String> clientName, int offeredFlags, int port) {
        if (closed) {
            return;
        }
        String target = allow.target().toString();
        Optional<Rule> lacking = lacking(who, allow.rule(), offeredFlags);
        if (lacking.isEmpty()) { // since the decision of the rules, it was approved, or its user has come to the portal
            leave();
            events.accept(new TunnelEvent.ApprovalNeeded(target, port));
            events.accept(new TunnelEvent.ApprovalAnswered(true, ""));
            return;
        }
        Rule rule = lacking.get();
        if (Approvals.isRefused(rule, showsMessages(offeredFlags))) {
            leave();
            events.accept(new TunnelEvent.TargetFailed(
                    TargetFailure.SHOWS_NO_MESSAGE,
                    target,
                    "the client cannot show the number that rule \"" + rule.name()
                            + "\" asks for (approval-without-number)"));
            return;
        }
        ApprovalTicket asked = ticket;
        if (asked != null && asked.isAbout(rule)) {
            asked.target(target);
        } else if (ask(who, rule, Optional.of(target), offeredFlags)
                instanceof Approvals.Asked.Refused(boolean tooMany, String why)) {
            events.accept(
                    new TunnelEvent.TargetFailed(tooMany ? TargetFailure.TOO_MANY : TargetFailure.DENIED, target, why));
            return;
        }
        events.accept(new TunnelEvent.ApprovalNeeded(target, port));
        if (ticket == null) {
            // Somebody approved it between the decision of the rules and the question.
            events.accept(new TunnelEvent.ApprovalAnswered(true, ""));
            return;
        }
        await(clientName);
    }

    /** The client was told to come again. */
    void comesAgain() {
        ApprovalTicket asked = ticket;
        if (asked != null) {
            asked.comesAgain();
        }
    }

    /** The approval that covers a channel by {@code rule} now; empty for rules that ask for none. */
    Optional<GivenApproval> covering(Identity who, Rule rule) {
        return demands.covering(who, source, rule);
    }

    /**
     * The tunnel does not wait any more: a channel is open, by whatever rule, or the client was refused. A question
     * that nobody waits for must not stay on the page.
     */
    void leave() {
        questions++; // an answer that is on its way is for nobody
        ApprovalTicket asked = ticket;
        ticket = null;
        answer = null;
        waiting = false;
        if (asked != null) {
            asked.close();
        }
    }

    /** Nobody waits any more, at the end of the tunnel. */
    void close() {
        closed = true;
        leave();
    }
}
