package io.gatehouse.core.ticket;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.ApprovalQuestion;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.session.GivenApproval;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What must be approved before a connection goes on: what its rule asks for, and what a device ticket needs, which
 * opens nothing by itself. Safe for use by many threads.
 */
public final class ApprovalDemands {
    private static final String RULES_CHANGED =
            "the configuration was reloaded, and the question has no rule or no desktop any more;"
                    + " whoever waits is decided about again";

    private final Approvals approvals;
    private final Optional<DeviceTickets> tickets;
    private final PortalPresence portal;

    /** Demands of the rules, and of {@code tickets}. */
    public ApprovalDemands(Approvals approvals, Optional<DeviceTickets> tickets, PortalPresence portal) {
        this.approvals = approvals;
        this.tickets = tickets;
        this.portal = portal;
    }

    /**
     * The first approval that a connection by {@code rule} lacks, as a rule with the terms of this approval; empty when
     * it may go on.
     *
     * @param showsNumbers whether the client says that it can show a number
     */
    public Optional<Rule> lacking(Identity who, InetAddress source, Rule rule, boolean showsNumbers) {
        return of(who, source, rule).stream()
                .filter(asking -> approvals.isNeeded(who, source, asking, showsNumbers))
                .findFirst();
    }

    /**
     * The same for a channel that is open: what the rule asks for. A ticket needs more to open one only, and the end of
     * a session at the portal ends no channel.
     */
    public Optional<Rule> lackingWhenOpen(Identity who, InetAddress source, Rule rule, boolean showsNumbers) {
        return of(who, source, rule).stream()
                .filter(asking -> isOf(rule, asking))
                .filter(asking -> approvals.isNeeded(who, source, asking, showsNumbers))
                .findFirst();
    }

    /**
     * The rules are others now: closes the questions that have no rule or no desktop any more. Connections that wait
     * are decided about again, and asked about again if they still need an approval.
     */
    public void rulesChanged(AccessPolicy rules, Instant now) {
        approvals.closeUnless(
                question -> stands(question, rules.rulesFor(Requester.of(question.user(), question.source(), now))),
                RULES_CHANGED);
    }

    private boolean stands(ApprovalQuestion question, List<Rule> rules) {
        return hasDesktop(question.user())
                && rules.stream()
                        .filter(rule -> rule.name().equals(question.rule()))
                        .flatMap(rule -> of(question.user(), question.source(), rule).stream())
                        .anyMatch(asking -> asking.approval().equals(Optional.of(question.terms())));
    }

    /** A ticket whose desktop is gone, or somewhere else, opens nothing. */
    private boolean hasDesktop(Identity who) {
        return DeviceTicket.idOf(who)
                .flatMap(id -> tickets.flatMap(all -> all.byId(id)))
                .map(ticket -> portal.hasDesktop(ticket.desktop(), who, ticket.target()))
                .orElse(true);
    }

    /** Whether {@code asking} asks for what {@code rule} asks for, and not only for what a ticket needs. */
    private static boolean isOf(Rule rule, Rule asking) {
        return rule.approval()
                .filter(terms ->
                        terms.approvers().equals(asking.approval().orElseThrow().approvers()))
                .isPresent();
    }

    /** The approval that covers a connection by {@code rule} now; that of somebody else before that of the user. */
    public Optional<GivenApproval> covering(Identity who, InetAddress source, Rule rule) {
        return of(who, source, rule).stream()
                .flatMap(asking -> approvals.covering(who, source, asking).stream())
                .reduce((_, last) -> last);
    }

    private List<Rule> of(Identity who, InetAddress source, Rule rule) {
        return DeviceTicket.idOf(who)
                .map(id -> ofTicket(who, id, source, rule))
                .orElseGet(() -> rule.approval().isPresent() ? List.of(rule) : List.of());
    }

    /**
     * A rule by which users approve their own connections asks for what a ticket needs, too: then there is one question
     * with the terms of both. It is a question about the ticket alone, or an approval of another connection of the user
     * would open whatever a copy of the file names. When others approve, the user shows who they are first.
     */
    private List<Rule> ofTicket(Identity who, String id, InetAddress source, Rule rule) {
        Optional<DeviceTicket> ticket = tickets.flatMap(all -> all.byId(id));
        Rule own = rule.approvedBy(terms(who, id, ticket, rule));
        if (rule.approval().filter(terms -> terms.approvers().isEmpty()).isPresent()) {
            return List.of(own);
        }
        boolean present = isPresent(who, source, own.approval().orElseThrow());
        List<Rule> further = ofOthers(rule);
        return present
                ? further
                : Stream.concat(Stream.of(own), further.stream()).toList();
    }

    private static List<Rule> ofOthers(Rule rule) {
        return rule.approval().stream()
                .map(terms -> rule.approvedBy(terms.withoutExemption()))
                .toList();
    }

    private boolean isPresent(Identity who, InetAddress source, ApprovalTerms terms) {
        Optional<Optional<Source>> where = tickets.map(DeviceTickets::settings)
                .flatMap(settings -> switch (settings.session()) {
                    case SAME_ADDRESS -> Optional.of(Optional.of(new Source(source)));
                    case ANY_ADDRESS -> Optional.of(Optional.empty());
                    case NONE -> Optional.empty();
                });
        return where.isPresent()
                && portal.sessions(who, where.get()).stream()
                        .anyMatch(session -> terms.shortfall(session).isEmpty());
    }

    private ApprovalTerms terms(Identity who, String id, Optional<DeviceTicket> ticket, Rule rule) {
        DeviceTicketSettings settings = tickets.orElseThrow().settings();
        Optional<ApprovalTerms> own =
                rule.approval().filter(terms -> terms.approvers().isEmpty());
        boolean multiFactor = settings.approvalMultiFactor()
                || own.filter(ApprovalTerms::multiFactor).isPresent()
                || who.proofs().contains(Identity.Proof.MULTI_FACTOR);
        WithoutNumber stricter = settings.withoutNumber() == WithoutNumber.REFUSE
                        || own.filter(terms -> terms.withoutNumber() == WithoutNumber.REFUSE)
                                .isPresent()
                ? WithoutNumber.REFUSE
                : WithoutNumber.ASK;
        return new ApprovalTerms(
                Optional.empty(),
                own.map(ApprovalTerms::methods)
                        .filter(methods -> !methods.isEmpty())
                        .orElse(settings.approvalMethods()),
                multiFactor,
                own.map(ApprovalTerms::lasts).orElse(settings.approvalLasts()),
                stricter,
                String.join(", ", who.grant().map(Grant::targets).orElseThrow())
                        + ticket.map(known -> " (\"" + known.device() + "\", " + id + ")")
                                .orElse(""),
                Optional.of(who.provider()));
    }
}
