package io.gatehouse.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.ApprovalReply.NoNumber;
import io.gatehouse.core.approval.ApprovalReply.NotMe;
import io.gatehouse.core.approval.ApprovalReply.Refuse;
import io.gatehouse.core.approval.ApprovalReply.Shown;
import io.gatehouse.core.approval.Approvals.Asked;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.ApprovalTerms.Shortfall;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.WithoutNumber;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    private static final Duration LASTS = Duration.ofHours(8);
    private static final Identity ALICE = user("alice", "staff");
    private static final Identity BOB = user("bob", "staff");
    private static final Identity HELEN = user("helen", "helpdesk");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.8");
    private static final Rule SELF = rule("lab", terms(Optional.empty()));
    private static final Rule BY_HELPDESK =
            rule("servers", terms(Optional.of(new AccountSelection(List.of(), Set.of("helpdesk")))));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final Approvals approvals =
            approvals(new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 1000, 4, 100));
    private final List<String> told = new ArrayList<>();

    private Approvals approvals(ApprovalLimits limits) {
        return new Approvals(limits, Clock.systemUTC(), nanos::get, new SecureRandom());
    }

    private static Identity user(String name, String group) {
        return Identity.local("local", "basic", name, Set.of(group), Set.of());
    }

    private static ApprovalTerms terms(Optional<AccountSelection> approvers) {
        return new ApprovalTerms(approvers, Set.of(), false, LASTS, WithoutNumber.ASK, "*.lab (3389)");
    }

    private static Rule rule(String name, ApprovalTerms terms) {
        return new Rule(
                name,
                Optional.empty(),
                Optional.empty(),
                AtSessionTimeout.DISCONNECT,
                Optional.empty(),
                false,
                Optional.of(terms));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Asked ask(Identity user, InetAddress source, Rule rule) {
        return approvals.ask(user, source, rule, (given, why) -> told.add(given ? "given" : why));
    }

    private ApprovalTicket ticket(Identity user, InetAddress source, Rule rule) {
        Asked asked = ask(user, source, rule);
        if (asked instanceof Asked.Waiting(ApprovalTicket ticket)) {
            return ticket;
        }
        throw new AssertionError(asked);
    }

    private String refusal(Identity user, InetAddress source, Rule rule) {
        Asked asked = ask(user, source, rule);
        if (asked instanceof Asked.Refused(boolean _, String why)) {
            return why;
        }
        throw new AssertionError(asked);
    }

    private ApprovalVerdict approve(ApprovalTicket ticket, Identity approver) {
        return approvals.answer(ticket.question(), approver, new Shown(ticket.number()));
    }

    private int wrongNumber(ApprovalTicket ticket) {
        return approvals.questions().stream()
                .filter(question -> question.id().equals(ticket.question()))
                .flatMap(question -> question.numbers().stream())
                .filter(number -> number != ticket.number())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anApprovalOpensNothingButWhatItWasGivenFor() {
        assertThat(approve(ticket(ALICE, HOME, SELF), ALICE)).isInstanceOf(ApprovalVerdict.Given.class);

        ApprovalTerms terms = SELF.approval().orElseThrow();
        Map<String, Boolean> needed = new LinkedHashMap<>();
        needed.put("the same", approvals.isNeeded(ALICE, HOME, SELF, true));
        needed.put(
                "the same user by another method",
                approvals.isNeeded(Identity.local("ntlm", "ntlm", "Alice", Set.of(), Set.of()), HOME, SELF, true));
        needed.put("another user", approvals.isNeeded(BOB, HOME, SELF, true));
        needed.put("an alice of a domain", approvals.isNeeded(ALICE.withDomain(Optional.of("CORP")), HOME, SELF, true));
        needed.put("another address", approvals.isNeeded(ALICE, ELSEWHERE, SELF, true));
        needed.put("another rule", approvals.isNeeded(ALICE, HOME, rule("other", terms), true));
        needed.put(
                "the rule with other targets",
                approvals.isNeeded(
                        ALICE,
                        HOME,
                        rule(
                                "lab",
                                new ApprovalTerms(
                                        Optional.empty(), Set.of(), false, LASTS, WithoutNumber.ASK, "* (3389)")),
                        true));
        needed.put(
                "the rule with a second factor",
                approvals.isNeeded(
                        ALICE,
                        HOME,
                        rule(
                                "lab",
                                new ApprovalTerms(
                                        Optional.empty(), Set.of(), true, LASTS, WithoutNumber.ASK, terms.scope())),
                        true));
        needed.put(
                "the rule with other approvers",
                approvals.isNeeded(
                        ALICE, HOME, rule("lab", BY_HELPDESK.approval().orElseThrow()), true));
        pass(LASTS.minusSeconds(1));
        needed.put("at the end of its time", approvals.isNeeded(ALICE, HOME, SELF, true));
        pass(Duration.ofSeconds(1));
        needed.put("after its time", approvals.isNeeded(ALICE, HOME, SELF, true));

        assertThat(needed.entrySet().stream().filter(each -> !each.getValue()).map(Map.Entry::getKey))
                .containsExactly("the same", "the same user by another method", "at the end of its time");
    }

    @Test
    void connectionsOfOneUserAtOneAddressByOneRuleAreOneQuestion() {
        ApprovalTicket first = ticket(ALICE, HOME, SELF);
        ApprovalTicket again = ticket(ALICE, HOME, SELF);
        ApprovalTicket elsewhere = ticket(ALICE, ELSEWHERE, SELF);
        first.target("pc1:3389");
        again.target("pc2:3389");
        again.named("laptop");

        assertThat(again.question()).isEqualTo(first.question());
        assertThat(again.number()).isEqualTo(first.number());
        assertThat(first.isFirst()).isTrue();
        assertThat(again.isFirst()).isFalse();
        assertThat(elsewhere.question()).isNotEqualTo(first.question());
        assertThat(approvals.questionsFor(ALICE)).hasSize(2);
        ApprovalQuestion shown = approvals.questionsFor(ALICE).getFirst();
        assertThat(shown.targets()).containsExactly("pc1:3389", "pc2:3389");
        assertThat(shown.clientNames()).containsExactly("laptop");
        assertThat(shown.numbers()).hasSize(3).doesNotHaveDuplicates().contains(first.number());

        approve(first, ALICE);
        assertThat(told).containsExactly("given", "given");
        assertThat(approvals.questionsFor(ALICE))
                .extracting(ApprovalQuestion::source)
                .containsExactly(ELSEWHERE);
    }

    @Test
    void aWrongNumberRefusesAndNobodyIsAskedForAWhile() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        int wrong = wrongNumber(ticket);

        assertThat(approvals.answer(ticket.question(), ALICE, new Shown(wrong)))
                .isInstanceOf(ApprovalVerdict.Refused.class);
        assertThat(told).containsExactly("alice chose a number that the client does not show");
        assertThat(approve(ticket, ALICE)).isEqualTo(new ApprovalVerdict.Gone());
        assertThat(refusal(ALICE, HOME, SELF)).startsWith("approval refused not long ago: alice chose a number");
        assertThat(refusal(ALICE, HOME, BY_HELPDESK)).startsWith("approval refused not long ago");
        assertThat(ask(ALICE, ELSEWHERE, SELF)).isInstanceOf(Asked.Waiting.class);
        assertThat(ask(BOB, HOME, SELF)).isInstanceOf(Asked.Waiting.class);
        pass(Duration.ofMinutes(2));
        assertThat(ask(ALICE, HOME, SELF)).isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void anAnswerCountsOnce() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        approve(ticket, ALICE);

        assertThat(approve(ticket, ALICE)).isEqualTo(new ApprovalVerdict.Gone());
        pass(LASTS);
        assertThat(approve(ticket, ALICE)).isEqualTo(new ApprovalVerdict.Gone());
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isTrue();
        assertThat(told).containsExactly("given");
    }

    @Test
    void nobodyAnswersWhoIsNoApprover() {
        ApprovalTicket own = ticket(ALICE, HOME, SELF);
        for (Identity other : List.of(BOB, HELEN)) {
            assertThat(approve(own, other)).isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(approvals.answer(own.question(), other, new Refuse()))
                    .isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(approvals.answer(own.question(), other, new NotMe()))
                    .isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(approvals.questionsFor(other)).isEmpty();
        }
        ApprovalTicket others = ticket(ALICE, HOME, BY_HELPDESK);
        assertThat(approve(others, ALICE)).isInstanceOf(ApprovalVerdict.NotEntitled.class);
        assertThat(approvals.questionsAbout(ALICE))
                .extracting(ApprovalQuestion::id)
                .containsExactly(others.question());
        assertThat(told).isEmpty();

        assertThat(approve(others, HELEN)).isInstanceOf(ApprovalVerdict.Given.class);
        assertThat(approve(own, ALICE)).isInstanceOf(ApprovalVerdict.Given.class);
        ApprovalTicket ofHelen = ticket(HELEN, HOME, BY_HELPDESK);
        assertThat(approve(ofHelen, HELEN))
                .as("an approver is somebody else")
                .isInstanceOf(ApprovalVerdict.NotEntitled.class);
    }

    @Test
    void whoseConnectionItIsMaySayThatItIsNotWhoeverApproves() {
        ApprovalTicket ticket = ticket(ALICE, HOME, BY_HELPDESK);

        assertThat(approvals.answer(ticket.question(), ALICE, new NotMe())).isInstanceOf(ApprovalVerdict.Refused.class);
        assertThat(told).containsExactly("alice says that it was somebody else");
    }

    @Test
    void theSignInOfTheApproverMustBeGoodEnough() {
        Rule strict = rule(
                "strict", new ApprovalTerms(Optional.empty(), Set.of("oidc"), true, LASTS, WithoutNumber.REFUSE, "*"));
        ApprovalTicket ticket = ticket(ALICE, HOME, strict);
        Identity byOidc = Identity.local("oidc", "oidc", "alice", Set.of(), Set.of());
        Identity multiFactor = byOidc.withProofs(Set.of(Identity.Proof.MULTI_FACTOR));

        assertThat(approve(ticket, ALICE))
                .isInstanceOfSatisfying(
                        ApprovalVerdict.SignInLacks.class,
                        lacks -> assertThat(lacks.what()).isEqualTo(Shortfall.METHOD));
        assertThat(approve(ticket, byOidc))
                .isInstanceOfSatisfying(
                        ApprovalVerdict.SignInLacks.class,
                        lacks -> assertThat(lacks.what()).isEqualTo(Shortfall.MULTI_FACTOR));
        assertThat(approvals.answer(ticket.question(), byOidc, new Shown(wrongNumber(ticket))))
                .as("a guess")
                .isInstanceOf(ApprovalVerdict.SignInLacks.class);
        assertThat(approvals.answer(ticket.question(), multiFactor, new NoNumber()))
                .isInstanceOf(ApprovalVerdict.NotEntitled.class);
        assertThat(approve(ticket, multiFactor)).isInstanceOf(ApprovalVerdict.Given.class);
        assertThat(Approvals.isExempt(strict, false)).isFalse();
    }

    @Test
    void onlyAnExemptionLetsClientsWithoutMessagesThroughUnasked() {
        Rule exempt =
                rule("exempt", new ApprovalTerms(Optional.empty(), Set.of(), false, LASTS, WithoutNumber.EXEMPT, "*"));

        assertThat(approvals.isNeeded(ALICE, HOME, exempt, false)).isFalse();
        assertThat(approvals.isNeeded(ALICE, HOME, exempt, true)).isTrue();
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, false)).isTrue();
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        assertThat(approvals.answer(ticket.question(), ALICE, new NoNumber()))
                .isInstanceOf(ApprovalVerdict.Given.class);
    }

    @Test
    void anApprovalIsNotForClientsThatTheRuleRefuses() {
        Rule strict =
                rule("strict", new ApprovalTerms(Optional.empty(), Set.of(), false, LASTS, WithoutNumber.REFUSE, "*"));
        assertThat(approve(ticket(ALICE, HOME, strict), ALICE)).isInstanceOf(ApprovalVerdict.Given.class);

        assertThat(approvals.isNeeded(ALICE, HOME, strict, true)).isFalse();
        assertThat(approvals.isNeeded(ALICE, HOME, strict, false)).isTrue();
    }

    @Test
    void aNumberIsNotFoundByComparingQuestions() {
        ApprovalTicket first = ticket(ALICE, HOME, SELF);
        List<Integer> among = approvals.questions().getFirst().numbers();
        first.close();
        ApprovalTicket again = ticket(ALICE, HOME, SELF);
        assertThat(again.question()).isNotEqualTo(first.question());
        assertThat(approvals.questions().getFirst().numbers()).isEqualTo(among);

        approvals.answer(again.question(), ALICE, new Shown(wrongNumber(again)));
        pass(Duration.ofMinutes(5));
        ticket(ALICE, HOME, SELF);
        assertThat(approvals.questions().getFirst().numbers()).isNotEqualTo(among);
    }

    @Test
    void aQuestionEndsWithItsLastClientUnlessThatWasToldToComeAgain() {
        ApprovalTicket one = ticket(ALICE, HOME, SELF);
        ApprovalTicket other = ticket(ALICE, HOME, SELF);
        one.close();
        one.close();
        assertThat(approvals.questions()).hasSize(1);
        other.close();
        assertThat(approvals.questions()).isEmpty();
        assertThat(approve(other, ALICE)).isEqualTo(new ApprovalVerdict.Gone());

        ApprovalTicket comesAgain = ticket(ALICE, HOME, SELF);
        int number = comesAgain.number();
        comesAgain.comesAgain();
        comesAgain.close();
        assertThat(approvals.questions()).extracting(ApprovalQuestion::waiting).containsExactly(false);
        ApprovalTicket retry = ticket(ALICE, HOME, SELF);
        assertThat(retry.question()).isEqualTo(comesAgain.question());
        assertThat(retry.number()).isEqualTo(number);
        retry.close();
        pass(Duration.ofMinutes(5));
        assertThat(approvals.questions()).isEmpty();
    }

    @Test
    void anAnswerAfterTheClientWasToldToComeAgainLetsItThroughThen() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        ticket.comesAgain();
        ticket.close();

        assertThat(approve(ticket, ALICE)).isInstanceOf(ApprovalVerdict.Given.class);
        assertThat(told).isEmpty();
        assertThat(ask(ALICE, HOME, SELF)).isEqualTo(new Asked.Approved());
    }

    @Test
    void questionsHaveBoundsThatOthersDoNotFeel() {
        Approvals bounded = approvals(new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 5, 2, 3));
        ApprovalWaiter nobody = (_, _) -> {};
        Rule third = rule("third", SELF.approval().orElseThrow());

        assertThat(bounded.ask(ALICE, HOME, SELF, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(ALICE, HOME, BY_HELPDESK, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(ALICE, ELSEWHERE, third, nobody))
                .isEqualTo(new Asked.Refused(
                        true, "too many questions about the user are open ([approval] pending-per-user)"));
        assertThat(bounded.ask(BOB, HOME, SELF, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(HELEN, HOME, SELF, nobody))
                .isEqualTo(new Asked.Refused(
                        true, "too many questions about the address are open ([approval] pending-per-source)"));
        assertThat(bounded.ask(HELEN, ELSEWHERE, SELF, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(BOB, ELSEWHERE, SELF, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(user("carol", "staff"), ELSEWHERE, SELF, nobody))
                .isEqualTo(new Asked.Refused(true, "too many connections wait for approvals ([approval] pending)"));
        for (int more = 1; more < Approvals.MOST_WAITING; more++) {
            assertThat(bounded.ask(ALICE, HOME, SELF, nobody)).isInstanceOf(Asked.Waiting.class);
        }
        assertThat(bounded.ask(ALICE, HOME, SELF, nobody))
                .isEqualTo(new Asked.Refused(true, "too many connections wait for one approval"));
    }

    @Test
    void nobodyIsAskedAboutAUserAgainAndAgain() {
        for (int i = 0; i < Approvals.QUESTIONS_AT_ONCE; i++) {
            ticket(ALICE, HOME, SELF).close();
        }
        assertThat(refusal(ALICE, HOME, SELF)).isEqualTo("too many questions about the user in a short time");
        assertThat(ask(BOB, HOME, SELF)).isInstanceOf(Asked.Waiting.class);
        pass(Duration.ofSeconds(15));
        assertThat(ask(ALICE, HOME, SELF)).isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void theEndOfAUserEndsQuestionsAndTakesApprovalsBack() {
        approve(ticket(ALICE, HOME, SELF), ALICE);
        told.clear();
        ticket(ALICE, ELSEWHERE, SELF);
        ticket(BOB, HOME, SELF);

        approvals.forget(user -> user.user().equals("alice"));

        assertThat(told).containsExactly("the user was ended");
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isTrue();
        assertThat(approvals.questions()).extracting(ApprovalQuestion::user).containsExactly(BOB);
    }
}
