package io.gatehouse.core.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.core.approval.ApprovalLimits;
import io.gatehouse.core.approval.ApprovalReply;
import io.gatehouse.core.approval.ApprovalTicket;
import io.gatehouse.core.approval.ApprovalVerdict;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.login.MutableClock;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicketSettings.SessionProof;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a ticket needs before it opens anything: the table of sessions, approvals and rules. */
class ApprovalDemandsTest {
    private static final Target PC = new Target("pc.lab", 3389);
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.8");
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of("staff"), Set.of());
    private static final Identity HELEN = Identity.local("local", "basic", "helen", Set.of("helpdesk"), Set.of());
    private static final Rule PLAIN = new Rule("lab", Optional.empty(), Optional.empty());
    private static final Rule SELF = PLAIN.approvedBy(terms(Optional.empty(), WithoutNumber.EXEMPT));
    private static final Rule BY_HELPDESK = PLAIN.approvedBy(
            terms(Optional.of(new AccountSelection(List.of(), Set.of("helpdesk"))), WithoutNumber.ASK));

    private final MutableClock clock = new MutableClock();
    private final List<String> closed = new ArrayList<>();
    private final Approvals approvals = new Approvals(
            new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 1000, 20, 100),
            Domains.NONE,
            clock,
            clock,
            new SecureRandom(),
            (question, why) -> closed.add(question.rule() + ": " + why));

    private record Session(Identity user, Source at) {}

    private final List<Session> sessions = new ArrayList<>();

    private final PortalPresence portal = new PortalPresence() {
        @Override
        public List<Identity> sessions(Identity user, Optional<Source> at) {
            return sessions.stream()
                    .filter(session -> at.isEmpty() || at.get().equals(session.at()))
                    .map(Session::user)
                    .filter(other -> other.user().equals(user.user()))
                    .toList();
        }

        @Override
        public boolean hasDesktop(String desktop, Identity user, Target target) {
            return hasDesktop;
        }
    };
    private boolean hasDesktop = true;

    private static ApprovalTerms terms(Optional<AccountSelection> approvers, WithoutNumber withoutNumber) {
        return new ApprovalTerms(approvers, Set.of(), false, Duration.ofHours(8), withoutNumber, "*.lab (3389)");
    }

    private static DeviceTicketSettings settings(SessionProof session, Set<String> methods, boolean multiFactor) {
        return new DeviceTicketSettings(
                Duration.ofDays(180), 20, session, Duration.ofMinutes(15), methods, multiFactor, WithoutNumber.ASK);
    }

    private DeviceTickets tickets(SessionProof session) {
        return new DeviceTickets(settings(session, Set.of(), false), Domains.NONE, clock, new SecureRandom());
    }

    private ApprovalDemands demands(DeviceTickets tickets) {
        return new ApprovalDemands(approvals, Optional.of(tickets), portal);
    }

    private static Identity by(DeviceTickets tickets, Identity user) {
        if (tickets.make(user, "pc", PC, "Laptop")
                instanceof Parsed.Valid<DeviceTickets.Made>(DeviceTickets.Made made)) {
            return made.ticket().signedIn();
        }
        throw new AssertionError();
    }

    private void approve(Identity who, InetAddress source, Rule rule, Identity approver) {
        if (approvals.ask(who, source, rule, true, (_, _) -> {}) instanceof Approvals.Asked.Waiting(var ticket)) {
            approvals.answer(
                    ticket.question(), approver, new ApprovalReply.Shown(ticket.number()), Integer.MAX_VALUE, _ -> {});
        }
    }

    @ParameterizedTest(name = "{0}: session at {1} with second factor {2}, made with {3}: opens {4}")
    @CsvSource({
        "SAME_ADDRESS, none,      false, false, false",
        "SAME_ADDRESS, home,      false, false, true",
        "SAME_ADDRESS, elsewhere, false, false, false",
        "ANY_ADDRESS,  elsewhere, false, false, true",
        "ANY_ADDRESS,  none,      false, false, false",
        "NONE,         home,      true,  false, false",
        "SAME_ADDRESS, home,      false, true, false",
        "SAME_ADDRESS, home,      true,  true, true",
    })
    void aSessionThatCountsOpens(SessionProof proof, String place, boolean factor, boolean madeWith, boolean opens) {
        Set<Proof> both = Set.of(Proof.MULTI_FACTOR);
        DeviceTickets tickets = tickets(proof);
        Identity who = by(tickets, madeWith ? ALICE.withProofs(both) : ALICE);
        if (!place.equals("none")) {
            sessions.add(new Session(
                    factor ? ALICE.withProofs(both) : ALICE, new Source(place.equals("home") ? HOME : ELSEWHERE)));
        }
        for (boolean shows : List.of(true, false)) {
            assertThat(demands(tickets).lacking(who, HOME, PLAIN, shows).isEmpty())
                    .isEqualTo(opens);
        }
    }

    private final List<String> told = new ArrayList<>();

    private ApprovalTicket asking(Identity who, Rule rule) {
        if (approvals.ask(who, HOME, rule, true, (given, why) -> told.add(who.user() + " " + given + " " + why))
                instanceof Approvals.Asked.Waiting(ApprovalTicket ticket)) {
            return ticket;
        }
        throw new AssertionError("nobody is asked");
    }

    private static AccessPolicy policy(Rule... rules) {
        return new AccessPolicy(
                Stream.of(rules)
                        .map(rule -> new PolicyRule(
                                rule,
                                List.of(),
                                Set.of("staff"),
                                Set.of(),
                                List.of(new TargetPattern.Name("pc.lab")),
                                List.of(new PortRange(3389, 3389)),
                                0))
                        .toList(),
                _ -> false);
    }

    private static Rule named(String name, Rule rule) {
        return new Rule(name, Optional.empty(), Optional.empty())
                .approvedBy(rule.approval().orElseThrow());
    }

    private List<String> asked() {
        return approvals.questions(100).questions().stream()
                .map(question -> question.user().user() + " " + question.rule())
                .toList();
    }

    /** One that a changed rule made void would be answered in vain. */
    @Test
    void questionsThatNoRuleAsksAnyMoreEndAndTheOthersGoOn() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        ApprovalDemands demands = demands(tickets);
        Identity laptop = by(tickets, ALICE);
        Identity bob = Identity.local("local", "basic", "bob", Set.of("staff"), Set.of());
        Identity guest = Identity.local("local", "basic", "guest", Set.of(), Set.of());
        asking(bob, BY_HELPDESK);
        asking(guest, BY_HELPDESK);
        asking(laptop, demands.lacking(laptop, HOME, BY_HELPDESK, true).orElseThrow());
        ApprovalTicket renamed = asking(ALICE, named("old name", SELF));
        demands.rulesChanged(policy(BY_HELPDESK, named("old name", SELF)), clock.instant());
        assertThat(asked()).as("no rule is for guests").containsExactly("bob lab", "alice lab", "alice old name");
        String why = "the configuration was reloaded, and the question has no rule or no desktop any more;"
                + " whoever waits is decided about again";
        assertThat(told).containsExactly("guest true " + why);
        told.clear();

        demands.rulesChanged(policy(BY_HELPDESK, named("new name", SELF)), clock.instant());

        assertThat(asked()).containsExactly("bob lab", "alice lab");
        assertThat(told).containsExactly("alice true " + why);
        assertThat(closed).containsExactly("lab: " + why, "old name: " + why);
        assertThat(approvals.answer(
                        renamed.question(),
                        ALICE,
                        new ApprovalReply.Shown(renamed.number()),
                        Integer.MAX_VALUE,
                        _ -> {}))
                .isInstanceOf(ApprovalVerdict.Gone.class);
        demands.rulesChanged(policy(PLAIN), clock.instant());
        assertThat(asked()).as("what the ticket needs").containsExactly("alice lab");

        hasDesktop = false;
        demands.rulesChanged(policy(PLAIN), clock.instant());

        assertThat(asked()).as("its file opens nothing").isEmpty();
    }

    @Test
    void aRevokedTicketTakesItsQuestionsAndApprovalsWithIt() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        ApprovalDemands demands = demands(tickets);
        Identity stolen = by(tickets, ALICE);
        Identity kept = by(tickets, ALICE);
        for (Identity each : List.of(stolen, kept)) {
            approve(each, HOME, demands.lacking(each, HOME, PLAIN, true).orElseThrow(), ALICE);
            asking(each, demands.lacking(each, HOME, SELF, true).orElseThrow());
        }
        ApprovalTicket byHelpdesk = asking(stolen, BY_HELPDESK);
        ApprovalTicket signedIn = asking(ALICE, BY_HELPDESK);
        byHelpdesk.comesAgain();

        approvals.forgetToken(DeviceTicket.idOf(stolen).orElseThrow(), "revoked");

        assertThat(told).containsExactly("alice false revoked");
        assertThat(closed).containsExactly("lab: revoked");
        assertThat(demands.lacking(stolen, HOME, PLAIN, true)).isPresent();
        assertThat(demands.lacking(kept, HOME, PLAIN, true)).isEmpty();
        assertThat(asked())
                .as("its own is gone, and what others wait for goes on")
                .hasSize(2);
        byHelpdesk.close();
        assertThat(asked()).hasSize(2);
        signedIn.close();
        assertThat(asked()).as("nobody comes again for it").hasSize(1);
    }

    @Test
    void aQuestionForWhichOnlyARevokedTicketWouldComeAgainEnds() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity stolen = by(tickets, ALICE);
        ApprovalTicket byHelpdesk = asking(stolen, BY_HELPDESK);
        byHelpdesk.comesAgain();
        byHelpdesk.close();
        assertThat(asked()).hasSize(1);

        approvals.forgetToken(DeviceTicket.idOf(stolen).orElseThrow(), "revoked");

        assertThat(asked()).isEmpty();
        assertThat(closed).containsExactly("lab: revoked");
    }

    @Test
    void anApprovalIsForThisTicketAtThisAddressAndNothingElse() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        Identity tablet = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        Rule asking = demands.lacking(laptop, HOME, PLAIN, true).orElseThrow();
        assertThat(asking.name()).isEqualTo("lab");
        approve(laptop, HOME, asking, HELEN);
        assertThat(demands.lacking(laptop, HOME, PLAIN, true))
                .as("approved by another")
                .isPresent();
        approve(laptop, HOME, asking, ALICE);
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isEmpty();
        assertThat(demands.lacking(laptop, ELSEWHERE, PLAIN, true)).isPresent();
        assertThat(demands.lacking(tablet, HOME, PLAIN, true)).isPresent();
        assertThat(demands.lacking(laptop, HOME, SELF, true)).as("another rule").isPresent();
        clock.advance(Duration.ofMinutes(15));
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isPresent();
    }

    /** An approval of a connection by password is not one of a connection by a copy of the file, or the other way. */
    @Test
    void aRuleWithOwnApprovalsAsksOnceAndAboutTheTicket() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        assertThat(demands.lacking(ALICE, HOME, SELF, false)).as("exempt").isEmpty();
        approve(ALICE, HOME, SELF, ALICE);
        assertThat(demands.lacking(ALICE, HOME, SELF, true)).isEmpty();
        assertThat(demands.lacking(laptop, HOME, SELF, true)).isPresent();
        assertThat(demands.lacking(laptop, HOME, SELF, false))
                .as("a client that says that it shows nothing")
                .isPresent();
        sessions.add(new Session(ALICE, new Source(HOME)));
        Rule asking = demands.lacking(laptop, HOME, SELF, true).orElseThrow();
        assertThat(asking.approval().orElseThrow().scope())
                .contains("pc.lab:3389")
                .contains("Laptop");
        assertThat(asking.approval().orElseThrow().lasts()).isEqualTo(Duration.ofHours(8));
        approve(laptop, HOME, asking, ALICE);
        assertThat(demands.lacking(laptop, HOME, SELF, true)).isEmpty();
    }

    @Test
    void whereOthersApproveTheUserShowsWhoTheyAreFirst() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        Rule first = demands.lacking(laptop, HOME, BY_HELPDESK, true).orElseThrow();
        approve(laptop, HOME, first, HELEN);
        assertThat(demands.lacking(laptop, HOME, BY_HELPDESK, true)).contains(first);
        approve(laptop, HOME, first, ALICE);
        assertThat(demands.lacking(laptop, HOME, BY_HELPDESK, true)).contains(BY_HELPDESK);
        approve(laptop, HOME, BY_HELPDESK, HELEN);
        assertThat(demands.lacking(laptop, HOME, BY_HELPDESK, true)).isEmpty();
        clock.advance(Duration.ofMinutes(15));
        assertThat(demands.lacking(laptop, HOME, BY_HELPDESK, true)).contains(first);
        sessions.add(new Session(ALICE, new Source(HOME)));
        assertThat(demands.lacking(laptop, HOME, BY_HELPDESK, true)).isEmpty();
    }

    @Test
    void aGroupOfApproversMakesNoExceptionForTicketsEither() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        Rule exempt = PLAIN.approvedBy(
                terms(Optional.of(new AccountSelection(List.of(), Set.of("helpdesk"))), WithoutNumber.EXEMPT));
        sessions.add(new Session(ALICE, new Source(HOME)));
        assertThat(demands(tickets).lacking(ALICE, HOME, exempt, false)).isEmpty();
        assertThat(demands(tickets).lacking(laptop, HOME, exempt, false)).isPresent();
    }

    @Test
    void theSameNameAtAnotherProviderSeesAndAnswersNothing() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        Rule asking = demands.lacking(laptop, HOME, PLAIN, true).orElseThrow();
        Identity namesake = Identity.local("ldap", "basic", "alice", Set.of("staff"), Set.of());
        assertThat(approvals.ask(laptop, HOME, asking, true, (_, _) -> {})).isInstanceOf(Approvals.Asked.Waiting.class);
        assertThat(approvals.countFor(namesake)).isZero();
        assertThat(approvals.questionsFor(namesake, 0, 9).questions()).isEmpty();
        assertThat(approvals.countFor(ALICE)).isOne();
        String question =
                approvals.questionsFor(ALICE, 0, 9).questions().getFirst().id();
        assertThat(approvals.answer(question, namesake, new ApprovalReply.NotMe(), 9, _ -> {}))
                .isInstanceOf(ApprovalVerdict.NotEntitled.class);
        assertThat(approvals.answer(question, namesake, new ApprovalReply.Refuse(), 9, _ -> {}))
                .isInstanceOf(ApprovalVerdict.NotEntitled.class);
        assertThat(approvals.countFor(ALICE)).isOne();
        approve(laptop, HOME, asking, namesake);
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isPresent();
        approve(laptop, HOME, asking, ALICE);
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isEmpty();
    }

    @Test
    void anOpenChannelNeedsWhatItsRuleAsksForAndNoSession() {
        DeviceTickets tickets = tickets(SessionProof.SAME_ADDRESS);
        Identity laptop = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        assertThat(demands.lackingWhenOpen(laptop, HOME, PLAIN, true)).isEmpty();
        assertThat(demands.lackingWhenOpen(laptop, HOME, SELF, true)).isPresent();
        assertThat(demands.lackingWhenOpen(laptop, HOME, BY_HELPDESK, true)).contains(BY_HELPDESK);
        assertThat(demands.lackingWhenOpen(ALICE, HOME, SELF, false)).isEmpty();
        approve(laptop, HOME, BY_HELPDESK, HELEN);
        assertThat(demands.lackingWhenOpen(laptop, HOME, BY_HELPDESK, true)).isEmpty();
    }

    @Test
    void theApproverHasTheSecondFactorAndMethodThatAreAskedFor() {
        DeviceTickets tickets = new DeviceTickets(
                settings(SessionProof.SAME_ADDRESS, Set.of("oidc"), true), Domains.NONE, clock, new SecureRandom());
        Identity laptop = by(tickets, ALICE);
        ApprovalDemands demands = demands(tickets);
        Rule asking = demands.lacking(laptop, HOME, PLAIN, true).orElseThrow();
        sessions.add(new Session(ALICE.withProofs(Set.of(Proof.MULTI_FACTOR)), new Source(HOME)));
        approve(laptop, HOME, asking, ALICE.withProofs(Set.of(Proof.MULTI_FACTOR)));
        approve(laptop, HOME, asking, ALICE.by("oidc"));
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isPresent();
        approve(laptop, HOME, asking, ALICE.by("oidc").withProofs(Set.of(Proof.MULTI_FACTOR)));
        assertThat(demands.lacking(laptop, HOME, PLAIN, true)).isEmpty();
    }

    @Test
    void withoutTicketsOnlyTheRuleAsks() {
        ApprovalDemands demands = demands(tickets(SessionProof.NONE));
        assertThat(demands.lacking(ALICE, HOME, PLAIN, true)).isEmpty();
        assertThat(demands.lacking(ALICE, HOME, SELF, true)).contains(SELF);
        assertThat(demands.lacking(ALICE, HOME, BY_HELPDESK, false)).contains(BY_HELPDESK);
    }
}
