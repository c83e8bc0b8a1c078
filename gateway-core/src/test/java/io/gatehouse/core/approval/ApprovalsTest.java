package io.gatehouse.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
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
import io.gatehouse.core.session.GivenApproval;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApprovalsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:20:30Z");
    private static final Duration LASTS = Duration.ofHours(8);
    private static final Identity ALICE = user("alice", "staff");
    private static final Identity BOB = user("bob", "staff");
    private static final Identity HELEN = user("helen", "helpdesk");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.8");
    private static final Rule SELF = rule("lab", terms(Optional.empty()));
    private static final Rule BY_HELPDESK =
            rule("servers", terms(Optional.of(new AccountSelection(List.of(), Set.of("helpdesk")))));

    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of(), List.of(), List.of()),
            new Domain("LAB", Optional.empty(), List.of(), List.of(), List.of())));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final Approvals approvals =
            approvals(new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 1000, 4, 100));
    private final List<String> told = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    private Approvals approvals(ApprovalLimits limits) {
        return new Approvals(
                limits,
                DOMAINS,
                Clock.fixed(NOW, ZoneOffset.UTC),
                nanos::get,
                new SecureRandom(),
                (question, why) -> closed.add(question.user().user() + " by " + question.rule() + ": " + why));
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
        return approvals.ask(user, source, rule, true, (given, why) -> told.add(given ? "given" : why));
    }

    private ApprovalTicket ticket(Identity user, InetAddress source, Rule rule) {
        return waiting(ask(user, source, rule));
    }

    private static ApprovalTicket waiting(Asked asked) {
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

    /** Of an approver who has seen all connections. */
    private ApprovalVerdict answer(String question, Identity approver, ApprovalReply reply) {
        return approvals.answer(question, approver, reply, Integer.MAX_VALUE, _ -> {});
    }

    private ApprovalVerdict approve(ApprovalTicket ticket, Identity approver) {
        return answer(ticket.question(), approver, new Shown(ticket.number()));
    }

    private int wrongNumber(ApprovalTicket ticket) {
        return approvals.questions(100).questions().stream()
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
        assertThat(approvals.questionsFor(ALICE, 0, 100).questions()).hasSize(2);
        ApprovalQuestion shown =
                approvals.questionsFor(ALICE, 0, 100).questions().getFirst();
        assertThat(shown.targets()).containsExactly("pc1:3389", "pc2:3389");
        assertThat(shown.clientNames()).containsExactly("laptop");
        assertThat(shown.numbers()).hasSize(3).doesNotHaveDuplicates().contains(first.number());

        approve(first, ALICE);
        assertThat(told).containsExactly("given", "given");
        assertThat(approvals.questionsFor(ALICE, 0, 100).questions())
                .extracting(ApprovalQuestion::source)
                .containsExactly(ELSEWHERE);
    }

    @Test
    void aWrongNumberRefusesAndNobodyIsAskedForAWhile() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        int wrong = wrongNumber(ticket);

        assertThat(answer(ticket.question(), ALICE, new Shown(wrong))).isInstanceOf(ApprovalVerdict.Refused.class);
        assertThat(told).containsExactly("alice chose a number that the client does not show");
        assertThat(approve(ticket, ALICE)).isEqualTo(new ApprovalVerdict.Gone());
        assertThat(refusal(ALICE, HOME, SELF)).startsWith("approval refused not long ago: alice chose a number");
        assertThat(ask(ALICE, HOME, BY_HELPDESK)).as("by another rule").isInstanceOf(Asked.Waiting.class);
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

    /** The audit log has the cause before its effects, and another answer meanwhile changes nothing. */
    @Test
    void anAnswerIsWrittenBeforeItLetsAnythingThrough() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        approvals.answer(ticket.question(), ALICE, new Shown(ticket.number()), Integer.MAX_VALUE, verdict -> {
            assertThat(verdict).isInstanceOf(ApprovalVerdict.Given.class);
            assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isTrue();
            assertThat(answer(ticket.question(), ALICE, new Refuse())).isEqualTo(new ApprovalVerdict.Gone());
            told.add("written");
        });
        assertThat(told).containsExactly("written", "given");
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isFalse();

        ApprovalTicket other = ticket(BOB, HOME, SELF);
        approvals.answer(other.question(), BOB, new Refuse(), Integer.MAX_VALUE, _ -> told.add("written"));
        assertThat(told).endsWith("written", "bob refused the approval");
    }

    @Test
    void aUserWhoIsEndedWhileAnAnswerIsWrittenGetsNoApproval() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        approvals.answer(
                ticket.question(),
                ALICE,
                new Shown(ticket.number()),
                Integer.MAX_VALUE,
                _ -> approvals.forget(ALICE::equals, "the user was ended"));
        assertThat(told).containsExactly("the user was ended");
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isTrue();
    }

    @Test
    void nobodyAnswersWhoIsNoApprover() {
        ApprovalTicket own = ticket(ALICE, HOME, SELF);
        for (Identity other : List.of(BOB, HELEN)) {
            assertThat(approve(own, other)).isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(answer(own.question(), other, new Refuse())).isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(answer(own.question(), other, new NotMe())).isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(approvals.questionsFor(other, 0, 100).questions()).isEmpty();
        }
        ApprovalTicket others = ticket(ALICE, HOME, BY_HELPDESK);
        assertThat(approve(others, ALICE)).isInstanceOf(ApprovalVerdict.NotEntitled.class);
        assertThat(approvals.questionsAbout(ALICE, 9).questions())
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

    private static Identity known(String user, Optional<String> domain, String upn, String group) {
        return new Identity(
                        "oidc",
                        "oidc",
                        user,
                        domain,
                        Optional.of(upn).filter(name -> !name.isEmpty()),
                        Set.of(),
                        Set.of(),
                        Set.of())
                .withGroupsAsInRules(Set.of(group));
    }

    /** Helen connects as CORP\\helen, and is an approver by the names by which other sign-in methods know her. */
    @Test
    void aUserIsNobodyElseByAnotherName() {
        Identity helen = known("helen", Optional.of("CORP"), "h.miller@example.net", "helpdesk");
        ApprovalTicket ticket = ticket(helen, HOME, BY_HELPDESK);
        for (Identity herself : List.of(
                HELEN,
                known("HELEN", Optional.of("CORP"), "", "helpdesk"),
                known("h.miller", Optional.of("example.net"), "", "helpdesk"),
                known("helen@corp.example.com", Optional.empty(), "", "helpdesk"))) {
            assertThat(approve(ticket, herself))
                    .as(herself.displayName())
                    .isInstanceOfSatisfying(
                            ApprovalVerdict.NotEntitled.class,
                            verdict -> assertThat(verdict.why())
                                    .isEqualTo(herself.displayName()
                                            + " can be the person who connects, and somebody else has to approve"));
            assertThat(answer(ticket.question(), herself, new Refuse()))
                    .isInstanceOf(ApprovalVerdict.NotEntitled.class);
            assertThat(approvals.countFor(herself)).isZero();
            assertThat(approvals.questionsFor(herself, 0, 9).questions()).isEmpty();
        }
        assertThat(told).isEmpty();

        Identity namesake = known("helen", Optional.of("LAB"), "", "helpdesk");
        assertThat(approvals.countFor(namesake)).isEqualTo(1);
        assertThat(approve(ticket, namesake)).isInstanceOf(ApprovalVerdict.Given.class);
    }

    @Test
    void whoseConnectionItIsMaySayThatItIsNotWhoeverApproves() {
        ApprovalTicket ticket = ticket(ALICE, HOME, BY_HELPDESK);

        assertThat(answer(ticket.question(), ALICE, new NotMe())).isInstanceOf(ApprovalVerdict.Refused.class);
        assertThat(told).containsExactly("alice says that it was somebody else");
    }

    /** Each has a line in the audit log: it would end in silence otherwise. */
    @Test
    void theOtherQuestionsThatAWrongNumberEndsAreToldOf() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        ticket(ALICE, HOME, BY_HELPDESK);
        ticket(ALICE, ELSEWHERE, BY_HELPDESK);

        answer(ticket.question(), ALICE, new Shown(wrongNumber(ticket)));

        String why = "alice chose a number that the client does not show";
        assertThat(told).containsExactly(why, why);
        assertThat(closed).containsExactly("alice by " + BY_HELPDESK.name() + ": " + why);
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
        assertThat(answer(ticket.question(), byOidc, new Shown(wrongNumber(ticket))))
                .as("a guess")
                .isInstanceOf(ApprovalVerdict.SignInLacks.class);
        assertThat(answer(ticket.question(), multiFactor, new NoNumber(true)))
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
        List<Integer> among = approvals.questions(100).questions().getFirst().numbers();
        first.close();
        ApprovalTicket again = ticket(ALICE, HOME, SELF);
        assertThat(again.question()).isNotEqualTo(first.question());
        assertThat(approvals.questions(100).questions().getFirst().numbers()).isEqualTo(among);

        answer(again.question(), ALICE, new Shown(wrongNumber(again)));
        pass(Duration.ofMinutes(5));
        ticket(ALICE, HOME, SELF);
        assertThat(approvals.questions(100).questions().getFirst().numbers()).isNotEqualTo(among);
    }

    @Test
    void aQuestionEndsWithItsLastClientUnlessThatWasToldToComeAgain() {
        ApprovalTicket one = ticket(ALICE, HOME, SELF);
        ApprovalTicket other = ticket(ALICE, HOME, SELF);
        one.close();
        one.close();
        assertThat(approvals.questions(100).questions()).hasSize(1);
        other.close();
        assertThat(approvals.questions(100).questions()).isEmpty();
        assertThat(approve(other, ALICE)).isEqualTo(new ApprovalVerdict.Gone());

        ApprovalTicket comesAgain = ticket(ALICE, HOME, SELF);
        int number = comesAgain.number();
        comesAgain.comesAgain();
        comesAgain.close();
        assertThat(approvals.questions(100).questions())
                .extracting(ApprovalQuestion::waiting)
                .containsExactly(false);
        ApprovalTicket retry = ticket(ALICE, HOME, SELF);
        assertThat(retry.question()).isEqualTo(comesAgain.question());
        assertThat(retry.number()).isEqualTo(number);
        retry.close();
        pass(Duration.ofMinutes(5));
        assertThat(approvals.questions(100).questions()).isEmpty();
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

        assertThat(bounded.ask(ALICE, HOME, SELF, true, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(ALICE, HOME, BY_HELPDESK, true, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(ALICE, ELSEWHERE, third, true, nobody))
                .isEqualTo(new Asked.Refused(
                        true, "too many questions about the user are open ([approval] pending-per-user)"));
        assertThat(bounded.ask(BOB, HOME, SELF, true, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(HELEN, HOME, SELF, true, nobody))
                .isEqualTo(new Asked.Refused(
                        true, "too many questions about the address are open ([approval] pending-per-source)"));
        assertThat(bounded.ask(HELEN, ELSEWHERE, SELF, true, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(BOB, ELSEWHERE, SELF, true, nobody)).isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(user("carol", "staff"), ELSEWHERE, SELF, true, nobody))
                .isEqualTo(new Asked.Refused(true, "too many connections wait for approvals ([approval] pending)"));
        for (int more = 1; more < Approvals.MOST_WAITING; more++) {
            assertThat(bounded.ask(ALICE, HOME, SELF, true, nobody)).isInstanceOf(Asked.Waiting.class);
        }
        assertThat(bounded.ask(ALICE, HOME, SELF, true, nobody))
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

        approvals.forget(user -> user.user().equals("alice"), "the user was ended");

        assertThat(told).containsExactly("the user was ended");
        assertThat(closed).containsExactly("alice by " + SELF.name() + ": the user was ended");
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, true)).isTrue();
        assertThat(approvals.questions(100).questions())
                .extracting(ApprovalQuestion::user)
                .containsExactly(BOB);
    }

    @Test
    void theEndOfAnApproverTakesBackWhatTheyApproved() {
        approve(ticket(ALICE, HOME, BY_HELPDESK), HELEN);
        assertThat(approvals.isNeeded(ALICE, HOME, BY_HELPDESK, true)).isFalse();

        approvals.forget(HELEN::equals, "the user was ended");

        assertThat(approvals.isNeeded(ALICE, HOME, BY_HELPDESK, true)).isTrue();
    }

    @Test
    void anApproverWhoIsEndedWhileTheirAnswerIsWrittenGivesNoApproval() {
        ApprovalTicket ticket = ticket(ALICE, HOME, BY_HELPDESK);
        approvals.answer(
                ticket.question(),
                HELEN,
                new Shown(ticket.number()),
                Integer.MAX_VALUE,
                _ -> approvals.forget(HELEN::equals, "the user was ended"));
        assertThat(told).containsExactly("the user was ended");
        assertThat(approvals.isNeeded(ALICE, HOME, BY_HELPDESK, true)).isTrue();
    }

    /** A client may say that it shows no messages, and it may say that it does and not do so. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutANumberAnApprovalTakesASecondStep(boolean showsNumbers) {
        ApprovalTicket ticket =
                waiting(approvals.ask(ALICE, HOME, SELF, showsNumbers, (given, _) -> told.add("" + given)));

        assertThat(answer(ticket.question(), ALICE, new NoNumber(false)))
                .isInstanceOf(ApprovalVerdict.ConfirmationLacks.class);
        assertThat(told).isEmpty();
        assertThat(approvals.isNeeded(ALICE, HOME, SELF, showsNumbers)).isTrue();
        assertThat(answer(ticket.question(), ALICE, new NoNumber(true))).isInstanceOf(ApprovalVerdict.Given.class);
        assertThat(told).containsExactly("true");
        assertThat(approvals.covering(ALICE, HOME, SELF))
                .hasValueSatisfying(given -> assertThat(given.withNumber()).isFalse());
    }

    @Test
    void aNumberThatNoClientShowsCannotBeGuessed() {
        ApprovalTicket silent = waiting(approvals.ask(ALICE, HOME, SELF, false, (_, _) -> {}));

        assertThat(approvals.questions(1).questions().getFirst().numbers()).isEmpty();
        assertThat(approve(silent, ALICE)).isInstanceOf(ApprovalVerdict.NotEntitled.class);
        ticket(ALICE, HOME, SELF);
        assertThat(approvals.questions(1).questions().getFirst().numbers()).contains(silent.number());
        assertThat(approve(silent, ALICE)).isInstanceOf(ApprovalVerdict.Given.class);
    }

    @Test
    void anApprovalIsKnownByWhoGaveIt() {
        ApprovalTicket ticket = ticket(ALICE, HOME, BY_HELPDESK);
        assertThat(approvals.covering(ALICE, HOME, BY_HELPDESK)).isEmpty();
        approve(ticket, HELEN);

        assertThat(approvals.covering(ALICE, HOME, BY_HELPDESK))
                .contains(new GivenApproval(ticket.question(), "helen", NOW, true));
        assertThat(approvals.covering(ALICE, HOME, SELF)).isEmpty();
        pass(LASTS);
        assertThat(approvals.covering(ALICE, HOME, BY_HELPDESK)).isEmpty();
    }

    @Test
    void allWhoWaitAreCountedAndNamed() {
        ApprovalTicket mine = ticket(ALICE, HOME, SELF);
        ApprovalTicket theirs = ticket(ALICE, HOME, SELF);
        ApprovalTicket unnamed = ticket(ALICE, HOME, SELF);
        mine.named("laptop");
        theirs.named("laptop");
        assertThat(approvals.questions(1).questions().getFirst())
                .satisfies(shown -> assertThat(shown.clients()).isEqualTo(3))
                .satisfies(shown -> assertThat(shown.clientNames()).containsExactly("laptop", "laptop"));
        theirs.named("kali");
        assertThat(approvals.questions(1).questions().getFirst().clientNames()).containsExactly("laptop", "kali");
        theirs.close();
        unnamed.close();
        assertThat(approvals.questions(1).questions().getFirst())
                .satisfies(shown -> assertThat(shown.clients()).isEqualTo(1))
                .satisfies(shown -> assertThat(shown.clientNames()).containsExactly("laptop"));
        mine.comesAgain();
        mine.close();
        assertThat(approvals.questions(1).questions().getFirst())
                .satisfies(shown -> assertThat(shown.waiting()).isFalse())
                .satisfies(shown -> assertThat(shown.clientNames()).containsExactly("laptop"));
    }

    private static InetAddress stranger(int number) {
        return InetAddress.ofLiteral("203.0.113." + number);
    }

    /** Somebody who knows the password asks from many addresses until nothing more is let in. */
    private String fillFromElsewhere(Rule rule) {
        for (int number = 1; ; number++) {
            if (ask(ALICE, stranger(number), rule) instanceof Asked.Refused(boolean tooMany, String why)) {
                assertThat(tooMany).isTrue();
                return why;
            }
        }
    }

    @Test
    void strangersTakeNoPlacesFromWhereTheUserIs() {
        approve(ticket(ALICE, HOME, SELF), ALICE);
        pass(LASTS); // the approval is over, and the place is known
        assertThat(fillFromElsewhere(SELF)).contains("pending-per-user");

        assertThat(ask(ALICE, HOME, SELF)).as("where a connection was approved").isInstanceOf(Asked.Waiting.class);
        assertThat(ask(ALICE, ELSEWHERE, SELF)).as("elsewhere").isInstanceOf(Asked.Refused.class);
        approvals.isAtThePortal(ALICE, ELSEWHERE);
        assertThat(ask(ALICE, ELSEWHERE, SELF))
                .as("where the user is at the portal")
                .isInstanceOf(Asked.Waiting.class);
        assertThat(ask(BOB, ELSEWHERE, SELF)).isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void strangersDoNotUseUpHowOftenTheUserIsAskedAbout() {
        approvals.isAtThePortal(ALICE, HOME);
        while (ask(ALICE, stranger(1), SELF) instanceof Asked.Waiting(ApprovalTicket ticket)) {
            ticket.close();
        }
        assertThat(refusal(ALICE, stranger(1), SELF)).contains("in a short time");
        assertThat(ask(ALICE, HOME, SELF)).isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void aPasswordAtThePortalMakesNoPlaceKnownWhereMoreIsAskedFor() {
        Rule strict =
                rule("strict", new ApprovalTerms(Optional.empty(), Set.of(), true, LASTS, WithoutNumber.ASK, "*"));
        fillFromElsewhere(strict);
        approvals.isAtThePortal(ALICE, HOME);
        assertThat(ask(ALICE, HOME, strict)).as("by a password").isInstanceOf(Asked.Refused.class);
        approvals.isAtThePortal(ALICE.withProofs(Set.of(Identity.Proof.MULTI_FACTOR)), HOME);
        assertThat(ask(ALICE, HOME, strict)).as("by a second factor").isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void knownPlacesAreBoundedAndForgottenWithTheUser() {
        for (int number = 1; number < 200; number++) {
            approvals.isAtThePortal(ALICE, stranger(number));
            ask(ALICE, stranger(number), SELF);
            pass(Duration.ofSeconds(15)); // one more question is allowed
        }
        assertThat(approvals.pending()).as("of 199, with 4 for each user").isEqualTo(4 * 8);
        assertThat(ask(BOB, HOME, SELF)).isInstanceOf(Asked.Waiting.class);

        approvals.forget(user -> user.user().equals("alice"), "the user was ended");
        for (int number = 200; number < 204; number++) {
            assertThat(ask(ALICE, stranger(number), SELF)).isInstanceOf(Asked.Waiting.class);
        }
        assertThat(refusal(ALICE, stranger(199), SELF)).as("forgotten").contains("pending-per-user");
        assertThat(approvals.questionsFor(ALICE, 0, 100).questions()).hasSize(4);
    }

    @Test
    void aRefusalMakesAPlaceUnknownAgain() {
        approve(ticket(ALICE, HOME, SELF), ALICE);
        pass(LASTS);
        answer(ticket(ALICE, HOME, SELF).question(), ALICE, new NotMe());
        pass(Duration.ofMinutes(2));
        fillFromElsewhere(SELF);
        assertThat(ask(ALICE, HOME, SELF)).isInstanceOf(Asked.Refused.class);
    }

    @Test
    void anIpv6NetworkIsOneSource() {
        Approvals bounded = approvals(new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 100, 4, 2));
        assertThat(bounded.ask(ALICE, InetAddress.ofLiteral("2001:db8::1"), SELF, true, (_, _) -> {}))
                .isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(BOB, InetAddress.ofLiteral("2001:db8::2"), SELF, true, (_, _) -> {}))
                .isInstanceOf(Asked.Waiting.class);
        assertThat(bounded.ask(HELEN, InetAddress.ofLiteral("2001:db8::3"), SELF, true, (_, _) -> {}))
                .isInstanceOf(Asked.Refused.class);
        assertThat(bounded.ask(HELEN, InetAddress.ofLiteral("2001:db8:1::3"), SELF, true, (_, _) -> {}))
                .isInstanceOf(Asked.Waiting.class);
    }

    /** What a page and the badge say agrees with who may answer, whoever asks. */
    @Test
    void pagesAndCountsSayWhatMayBeAnswered() {
        Approvals many = approvals(new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(2), 2000, 4, 2000));
        Rule byStaff = rule("staff", terms(Optional.of(new AccountSelection(List.of(), Set.of("staff")))));
        for (int number = 0; number < 1000; number++) {
            many.ask(
                    user("guest" + number, "guests"),
                    HOME,
                    number % 2 == 0 ? BY_HELPDESK : byStaff,
                    true,
                    (_, _) -> {});
        }
        Identity both = Identity.local("local", "basic", "both", Set.of("staff", "helpdesk"), Set.of());
        for (Identity each : List.of(ALICE, HELEN, both)) {
            many.ask(each, HOME, SELF, true, (_, _) -> {});
            many.ask(each, HOME, BY_HELPDESK, true, (_, _) -> {});
        }
        List<ApprovalQuestion> all = many.questions(5000).questions();
        for (Identity approver : List.of(
                ALICE,
                BOB,
                HELEN,
                both,
                user("guest1", "guests"),
                known("helen", Optional.of("CORP"), "", "helpdesk"),
                known("h.miller", Optional.of("LAB"), "helen@example.net", "helpdesk"),
                known("helen", Optional.of("LAB"), "", "staff"))) {
            List<String> mine = all.stream()
                    .filter(question -> question.terms().isApprover(approver, question.user(), DOMAINS))
                    .map(ApprovalQuestion::id)
                    .toList();
            assertThat(many.countFor(approver)).as(approver.user()).isEqualTo(mine.size());
            List<String> paged = new ArrayList<>();
            for (QuestionPage page = many.questionsFor(approver, 0, 30);
                    !page.questions().isEmpty();
                    page = many.questionsFor(approver, page.from() + 30, 30)) {
                assertThat(page.questions()).hasSizeLessThanOrEqualTo(30);
                assertThat(page.all()).isEqualTo(mine.size());
                page.questions().forEach(question -> paged.add(question.id()));
                assertThat(page.more()).isEqualTo(mine.size() - paged.size());
            }
            assertThat(paged).as(approver.user()).containsExactlyInAnyOrderElementsOf(mine);
        }
        assertThat(many.questionsFor(HELEN, 0, 1).questions().getFirst().user())
                .as("own ones first")
                .isEqualTo(HELEN);
        assertThat(many.questions(7)).satisfies(page -> assertThat(page.more()).isEqualTo(all.size() - 7));
    }

    private static final Rule STRICT =
            rule("strict", new ApprovalTerms(Optional.empty(), Set.of(), true, LASTS, WithoutNumber.ASK, "*"));
    private static final Identity ALICE_PROVED = ALICE.withProofs(Set.of(Identity.Proof.MULTI_FACTOR));

    @Test
    void aSignInThatIsTooWeakToApproveIsTooWeakToRefuse() {
        ApprovalTicket ticket = ticket(ALICE, HOME, STRICT);

        for (ApprovalReply reply :
                List.of(new Shown(ticket.number()), new Shown(wrongNumber(ticket)), new NoNumber(true))) {
            assertThat(answer(ticket.question(), ALICE, reply)).isInstanceOf(ApprovalVerdict.SignInLacks.class);
        }
        assertThat(answer(ticket.question(), ALICE, new Refuse())).isInstanceOf(ApprovalVerdict.SignInLacks.class);
        assertThat(answer(ticket.question(), ALICE, new NotMe())).isInstanceOf(ApprovalVerdict.Disowned.class);
        assertThat(told).isEmpty();
        assertThat(approvals.questions(1).questions().getFirst().disowned())
                .as("approvers are told")
                .isTrue();
        assertThat(answer(ticket.question(), ALICE_PROVED, new NotMe())).isInstanceOf(ApprovalVerdict.Refused.class);

        ApprovalTicket others = ticket(ALICE, ELSEWHERE, BY_HELPDESK);
        assertThat(answer(others.question(), HELEN, new NotMe()))
                .as("only the account itself knows")
                .isInstanceOf(ApprovalVerdict.NotEntitled.class);
    }

    @Test
    void aRuleThatBelievesAPasswordTakesNoPlacesFromOneThatDoesNot() {
        for (int number = 1; number < 20; number++) {
            approvals.isAtThePortal(ALICE, stranger(number)); // by a password
            ask(ALICE, stranger(number), SELF);
            ask(ALICE, stranger(number), BY_HELPDESK);
        }
        approvals.isAtThePortal(ALICE_PROVED, HOME);
        assertThat(ask(ALICE, HOME, STRICT)).isInstanceOf(Asked.Waiting.class);
        assertThat(ask(ALICE, HOME, BY_HELPDESK)).as("with a second factor").isInstanceOf(Asked.Waiting.class);
    }

    @Test
    void whatSomebodyElseMustHaveToApproveMakesNoPlaceOfTheUserKnown() {
        for (int number = 1; number < 20; number++) {
            approvals.isAtThePortal(ALICE, stranger(number));
            ask(ALICE, stranger(number), BY_HELPDESK);
        }
        assertThat(approvals.pending()).as("by a password alone").isEqualTo(4);
    }

    @Test
    void aClientAlwaysShowsTheNumberOfItsQuestion() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        for (int minutes = 0; minutes < 40; minutes += 20) {
            assertThat(approvals.numberFor(ALICE, HOME)).isEqualTo(ticket.number());
            pass(Duration.ofMinutes(20));
        }
        ApprovalTicket byOthers = ticket(ALICE, HOME, BY_HELPDESK);
        assertThat(byOthers.number()).isEqualTo(ticket.number());
        answer(ticket.question(), ALICE, new Shown(wrongNumber(ticket)));
        assertThat(approvals.pending()).as("whose number was tried").isZero();
        assertThat(told).hasSize(2);
    }

    @Test
    void nobodyApprovesConnectionsThatTheyHaveNotSeen() {
        ApprovalTicket mine = ticket(ALICE, HOME, SELF);
        int seen = approvals.questions(1).questions().getFirst().joins();
        ticket(ALICE, HOME, SELF).close();

        for (ApprovalReply reply : List.of(new Shown(mine.number()), new NoNumber(true))) {
            assertThat(approvals.answer(mine.question(), ALICE, reply, seen, _ -> {}))
                    .isInstanceOf(ApprovalVerdict.Joined.class);
        }
        assertThat(told).isEmpty();
        assertThat(approvals.answer(mine.question(), ALICE, new Shown(mine.number()), seen + 1, _ -> {}))
                .isInstanceOf(ApprovalVerdict.Given.class);
    }

    @Test
    void allDesktopsAreShownOrCounted() {
        ApprovalTicket ticket = ticket(ALICE, HOME, SELF);
        for (int number = 1; number <= 18; number++) {
            ticket.target("pc" + number + ":3389");
        }
        ticket.comesAgain();
        ApprovalQuestion shown = approvals.questions(1).questions().getFirst();
        assertThat(shown.targets()).hasSize(16);
        assertThat(shown.moreTargets()).isEqualTo(2);
        assertThat(shown.toldLater()).isEqualTo(1);
    }
}
