package io.gatehouse.core.approval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.PersonNames;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The questions whether connections are approved, and the approvals that were given. All connections of one user, from
 * one address, by one rule are one question. It ends with its answer, its time, or its last connection,
 * or is closed with its user, its device ticket or its rule.
 *
 * <p>Waiting takes no thread: whoever waits is told. All of it is bounded, and forgotten when the gateway stops. Safe
 * for use by many threads.
 */
public final class Approvals {
    /** The page on which questions are answered. */
    public static final String PATH = "/approve";

    /** Connections that wait for one answer. */
    static final int MOST_WAITING = 16;
    /** New questions about one user: at once, and how many of them grow back in a minute. */
    static final int QUESTIONS_AT_ONCE = 12;

    private static final int QUESTIONS_A_MINUTE = 4;
    /** Users and addresses about whom numbers and refusals are remembered. */
    private static final int MOST_REMEMBERED = 20_000;
    /** A number that a client showed is not shown for another attempt so soon. */
    private static final Duration NUMBER_LASTS = Duration.ofMinutes(15);

    private final ApprovalLimits limits;
    private final Domains domains;
    private final Clock clock;
    private final MonotonicClock time;
    private final SecureRandom random;
    private final BiConsumer<ApprovalQuestion, String> closed;
    private final Object lock = new Object();
    private final GivenApprovals given;
    private final OpenQuestions open;
    private final FamiliarSources familiar;
    /** By user, and for known places by themselves. */
    private final KeyedRateLimit<Object> asked;

    private final Cache<UserAt, ShownNumber> numbers;
    /** Why the last question about a subject was refused. */
    private final Cache<ApprovalSubject, String> refused;

    private long questions;

    /** A user at an address. */
    record UserAt(String user, InetAddress source) {}

    /** What a connection learns that asks for an approval. */
    public sealed interface Asked {
        /** It has one already. */
        record Approved() implements Asked {}

        /** It has to wait, and is told. */
        record Waiting(ApprovalTicket ticket) implements Asked {}

        /**
         * Nobody is asked.
         *
         * @param tooMany whether a limit is the reason; otherwise a refusal not long ago
         * @param why for the audit log
         */
        record Refused(boolean tooMany, String why) implements Asked {}
    }

    /**
     * No questions and no approvals.
     *
     * @param domains tell which names can be those of one person
     * @param closed is told of each question that is closed without an answer, and why, before whoever waits is
     */
    public Approvals(
            ApprovalLimits limits,
            Domains domains,
            Clock clock,
            MonotonicClock time,
            SecureRandom random,
            BiConsumer<ApprovalQuestion, String> closed) {
        this.limits = limits;
        this.domains = domains;
        this.clock = clock;
        this.time = time;
        this.random = random;
        this.closed = closed;
        this.given = new GivenApprovals(time);
        this.open = new OpenQuestions(limits, time, domains);
        this.familiar = new FamiliarSources(time);
        this.asked = new KeyedRateLimit<>(time, QUESTIONS_A_MINUTE, QUESTIONS_AT_ONCE);
        this.numbers = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterAccess(NUMBER_LASTS)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
        this.refused = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(limits.pauseAfterRefusal())
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Whether a connection by {@code rule} needs an approval that nobody has given.
     *
     * @param showsNumbers whether the client says that it can show a number
     */
    public boolean isNeeded(Identity user, InetAddress source, Rule rule, boolean showsNumbers) {
        if (rule.approval().isEmpty() || isExempt(rule, showsNumbers)) {
            return false;
        }
        if (isRefused(rule, showsNumbers)) {
            return true; // also while an approval lasts, which a client with a number was given
        }
        synchronized (lock) {
            return !given.covers(ApprovalSubject.of(user, source, rule));
        }
    }

    /** Whether {@code rule} refuses clients that cannot show a number, and this is one. */
    public static boolean isRefused(Rule rule, boolean showsNumbers) {
        return !showsNumbers && withoutNumber(rule).equals(Optional.of(WithoutNumber.REFUSE));
    }

    /** Whether {@code rule} lets clients through without an approval that cannot show a number, and this is one. */
    public static boolean isExempt(Rule rule, boolean showsNumbers) {
        return !showsNumbers && withoutNumber(rule).equals(Optional.of(WithoutNumber.EXEMPT));
    }

    private static Optional<WithoutNumber> withoutNumber(Rule rule) {
        return rule.approval().map(ApprovalTerms::withoutNumber);
    }

    /**
     * The number that clients of {@code user} at {@code source} show: the same for all of them, so that a client that
     * comes again shows that of its question.
     */
    public int numberFor(Identity user, InetAddress source) {
        synchronized (lock) {
            return shownTo(user, source).number();
        }
    }

    private ShownNumber shownTo(Identity user, InetAddress source) {
        UserAt key = new UserAt(AccountNames.key(user), source);
        List<OpenQuestion> asked = open.about(key.user(), source);
        if (!asked.isEmpty()) {
            return asked.getFirst().shownNumber(); // as long as one is open, whatever is forgotten
        }
        ShownNumber shown = numbers.getIfPresent(key);
        if (shown == null) {
            shown = ShownNumber.random(random);
            numbers.put(key, shown);
        }
        return shown;
    }

    /**
     * {@code user}, as signed in at the portal, uses it from {@code source}: questions about the user from there have
     * places that questions from elsewhere cannot take.
     */
    public void isAtThePortal(Identity user, InetAddress source) {
        familiar.atThePortal(user, source);
    }

    /** The approval that covers a connection by {@code rule} now; empty for rules that ask for none. */
    public Optional<GivenApproval> covering(Identity user, InetAddress source, Rule rule) {
        if (rule.approval().isEmpty()) {
            return Optional.empty();
        }
        synchronized (lock) {
            return given.of(ApprovalSubject.of(user, source, rule));
        }
    }

    /**
     * Asks whether a connection by {@code rule}, which asks for approvals, is approved. Whoever waits closes the
     * ticket.
     *
     * @param showsNumbers whether the client says that it can show a number
     */
    public Asked ask(Identity user, InetAddress source, Rule rule, boolean showsNumbers, ApprovalWaiter waiter) {
        ApprovalSubject subject = ApprovalSubject.of(user, source, rule);
        synchronized (lock) {
            open.sweep();
            if (given.covers(subject)) {
                return new Asked.Approved();
            }
            String why = refused.getIfPresent(subject);
            if (why != null) {
                return new Asked.Refused(
                        false,
                        "approval refused not long ago: " + why + " (pause-after-refusal "
                                + limits.pauseAfterRefusal().toSeconds() + " s)");
            }
            OpenQuestion same = open.about(subject);
            if (same != null) {
                return same.waiting() < MOST_WAITING
                        ? new Asked.Waiting(new Ticket(same, waiter, showsNumbers, false))
                        : new Asked.Refused(true, "too many connections wait for one approval");
            }
            Place place = familiar.of(user, source, subject.terms());
            Optional<String> limit = limitFor(subject, place);
            if (limit.isPresent()) {
                return new Asked.Refused(true, limit.get());
            }
            OpenQuestion next = new OpenQuestion(
                    subject,
                    user,
                    PersonNames.of(user, domains),
                    place,
                    shownTo(user, source),
                    clock.instant(),
                    questions++,
                    random);
            open.add(next);
            return new Asked.Waiting(new Ticket(next, waiter, showsNumbers, true));
        }
    }

    /** Why there may be no further question about {@code subject}. */
    private Optional<String> limitFor(ApprovalSubject subject, Place place) {
        Optional<String> tooMany = open.limitFor(subject, place);
        if (tooMany.isPresent()) {
            return tooMany;
        }
        Object asks = switch (place) {
            case UNKNOWN -> subject.user();
            case AT_THE_PORTAL -> List.of(subject.user(), subject.terms());
            case APPROVED -> new FamiliarSources.UserSource(subject.user(), new Source(subject.source()));
        };
        return asked.tryCount(asks)
                ? Optional.empty()
                : Optional.of("too many questions about the user in a short time");
    }

    /**
     * Some of the open questions that {@code approver} may answer, however they signed in: first those about the
     * approver, then those about others; the oldest first.
     *
     * @param from how many to leave out
     * @param most how many at most
     */
    public QuestionPage questionsFor(Identity approver, int from, int most) {
        synchronized (lock) {
            open.sweep();
            return open.pageFor(approver, from, most);
        }
    }

    /** How many questions {@code approver} may answer. */
    public int countFor(Identity approver) {
        synchronized (lock) {
            open.sweep();
            return open.countFor(approver);
        }
    }

    /** The open questions about {@code user} that somebody else has to answer, {@code most} of them at most. */
    public QuestionPage questionsAbout(Identity user, int most) {
        synchronized (lock) {
            open.sweep();
            return open.ofOthersAbout(user, most);
        }
    }

    /** The oldest open questions, {@code most} of them at most. */
    public QuestionPage questions(int most) {
        synchronized (lock) {
            open.sweep();
            return open.first(most);
        }
    }

    /** How many questions are open. */
    public int pending() {
        synchronized (lock) {
            open.sweep();
            return open.size();
        }
    }

    /**
     * Answers a question.
     *
     * @param approver who says so, as signed in at the portal
     * @param seen how many connections had waited for the answer when the approver looked ({@link
     *     ApprovalQuestion#joins}): nobody approves one that they have not seen
     * @param journal is told what comes of it before it does: an audit log has the cause before its effects
     */
    public ApprovalVerdict answer(
            String id, Identity approver, ApprovalReply reply, int seen, Consumer<ApprovalVerdict> journal) {
        OpenQuestion question;
        ApprovalVerdict verdict;
        synchronized (lock) {
            open.sweep();
            question = open.byId(id);
            verdict = question == null || question.isDecided()
                    ? new ApprovalVerdict.Gone()
                    : Judgement.of(question, approver, reply, seen, domains);
            if (question != null && isFinal(verdict)) {
                question.decide(approver); // no further answer counts
            }
        }
        journal.accept(verdict);
        if (question != null) {
            carryOut(verdict, question, approver, reply).tell(closed);
        }
        return verdict;
    }

    private static boolean isFinal(ApprovalVerdict verdict) {
        return verdict instanceof ApprovalVerdict.Given || verdict instanceof ApprovalVerdict.Refused;
    }

    private Over carryOut(ApprovalVerdict verdict, OpenQuestion question, Identity approver, ApprovalReply reply) {
        synchronized (lock) {
            return switch (verdict) {
                // There is no question any more if its user or the approver was ended since.
                case ApprovalVerdict.Given _ when open.byId(question.id()) == null -> Over.nothing();
                case ApprovalVerdict.Given _ -> give(question, approver, reply);
                case ApprovalVerdict.Refused(var _, String why) ->
                    refuse(question, why, !(reply instanceof ApprovalReply.Refuse));
                case ApprovalVerdict.Disowned _ -> {
                    question.disown();
                    yield Over.nothing();
                }
                case ApprovalVerdict.NotEntitled _,
                        ApprovalVerdict.Joined _,
                        ApprovalVerdict.SignInLacks _,
                        ApprovalVerdict.ConfirmationLacks _,
                        ApprovalVerdict.Gone _ -> Over.nothing();
            };
        }
    }

    private Over give(OpenQuestion question, Identity approver, ApprovalReply reply) {
        boolean withNumber = reply instanceof ApprovalReply.Shown;
        given.give(
                question.subject(),
                question.user(),
                approver,
                new GivenApproval(question.id(), approver.displayName(), clock.instant(), withNumber));
        familiar.approved(question.user(), question.subject().source());
        open.remove(question);
        Over over = new Over(true, "");
        over.answered(question);
        return over;
    }

    /**
     * Refuses a question.
     *
     * @param foreign whether the connection does not seem to be the user's, or a number was tried: then all questions
     *     of the user from that address end, which show the same number, and the address is not known any more
     */
    private Over refuse(OpenQuestion question, String why, boolean foreign) {
        UserAt who = new UserAt(question.subject().user(), question.subject().source());
        refused.put(question.subject(), why);
        Over over = new Over(false, why);
        open.remove(question);
        over.answered(question);
        if (foreign) {
            open.about(who.user(), who.source()).forEach(other -> close(other, over));
            numbers.invalidate(who); // one of three was tried: the next attempt shows another
            familiar.refused(question.user(), question.subject().source());
        }
        return over;
    }

    private void close(OpenQuestion question, Over over) {
        open.remove(question);
        over.closed(question);
    }

    /**
     * Takes back the approvals of some users and those that they gave, and closes the questions about them.
     *
     * @param why for the audit log
     */
    public void forget(Predicate<Identity> which, String why) {
        Over over = new Over(false, why);
        familiar.forget(which);
        synchronized (lock) {
            given.takeBackOf(which);
            open.concerning(which).forEach(question -> close(question, over));
        }
        over.tell(closed);
    }

    /**
     * Closes the questions that are void, since the rules have changed: nobody answers what opens nothing. Whoever
     * waits may go on to where the rules of now are asked.
     *
     * @param why for the audit log
     */
    public void closeUnless(Predicate<ApprovalQuestion> stands, String why) {
        List<String> fallen = questions(Integer.MAX_VALUE).questions().stream()
                .filter(question -> !stands.test(question))
                .map(ApprovalQuestion::id)
                .toList();
        Over over = new Over(true, why);
        synchronized (lock) {
            fallen.stream().map(open::byId).filter(Objects::nonNull).forEach(question -> close(question, over));
        }
        over.tell(closed);
    }

    /**
     * Takes back the approvals that only connections by a token may use, and closes the questions about it. One that
     * other connections of its user may use, too, stays for as long as one of them waits.
     *
     * @param token the id of the {@link io.gatehouse.api.Grant}
     * @param why for the audit log
     */
    public void forgetToken(String token, String why) {
        Over over = new Over(false, why);
        synchronized (lock) {
            given.takeBackOfToken(user -> isBy(token, user));
            for (OpenQuestion asked : open.concerning(user -> isBy(token, user))) {
                if (asked.subject().isAboutToken() || asked.waiting() == 0) {
                    close(asked, over);
                } else {
                    asked.doesNotComeAgain();
                }
            }
        }
        over.tell(closed);
    }

    private static boolean isBy(String token, Identity user) {
        return user.grant().map(Grant::token).filter(token::equals).isPresent();
    }

    /** Questions that are over. Whoever waited for them is told when the lock is free. */
    private static final class Over {
        private final boolean goesOn;
        private final String why;
        private final List<ApprovalQuestion> closed = new ArrayList<>();
        private final List<ApprovalWaiter> waiters = new ArrayList<>();

        /**
         * None yet.
         *
         * @param goesOn whether those who wait may go on to where the rules are asked
         * @param why for the audit log
         */
        Over(boolean goesOn, String why) {
            this.goesOn = goesOn;
            this.why = why;
        }

        static Over nothing() {
            return new Over(false, "");
        }

        void answered(OpenQuestion question) {
            waiters.addAll(question.leave());
        }

        void closed(OpenQuestion question) {
            closed.add(question.shown());
            answered(question);
        }

        /** An audit log has the cause before its effects. */
        void tell(BiConsumer<ApprovalQuestion, String> journal) {
            closed.forEach(question -> journal.accept(question, why));
            waiters.forEach(waiter -> waiter.answered(goesOn, why));
        }
    }

    private final class Ticket implements ApprovalTicket {
        private final OpenQuestion question;
        private final OpenQuestion.Client client;
        private final boolean first;

        Ticket(OpenQuestion question, ApprovalWaiter waiter, boolean showsNumbers, boolean first) {
            this.question = question;
            this.client = new OpenQuestion.Client(waiter);
            this.first = first;
            question.join(client, showsNumbers, time.in(limits.answerWithin()));
        }

        @Override
        public String question() {
            return question.id();
        }

        @Override
        public int number() {
            return question.number();
        }

        @Override
        public boolean isFirst() {
            return first;
        }

        @Override
        public boolean isAbout(Rule rule) {
            return question.subject().rule().equals(rule.name())
                    && rule.approval().equals(Optional.of(question.subject().terms()));
        }

        @Override
        public void named(String clientName) {
            synchronized (lock) {
                client.named(clientName);
            }
        }

        @Override
        public void target(String target) {
            synchronized (lock) {
                question.target(target);
            }
        }

        @Override
        public void comesAgain() {
            synchronized (lock) {
                question.comesAgain();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (question.leave(client) && question.waiting() == 0 && !question.isAwaited()) {
                    open.remove(question);
                }
            }
        }
    }
}
