package io.gatehouse.core.approval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.AccountNames;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The questions whether connections are approved, and the approvals that were given. All connections of one user, from
 * one address, by one rule are one question. It ends with its answer, its time, or its last connection.
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
    private final Clock clock;
    private final MonotonicClock time;
    private final SecureRandom random;
    private final Object lock = new Object();
    private final GivenApprovals given;
    private final Map<String, OpenQuestion> byId = new LinkedHashMap<>();
    private final Map<ApprovalSubject, OpenQuestion> bySubject = new LinkedHashMap<>();
    private final KeyedRateLimit<String> asked;
    private final Cache<UserAt, ShownNumber> numbers;
    private final Cache<UserAt, String> refused;

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

    /** No questions and no approvals. */
    public Approvals(ApprovalLimits limits, Clock clock, MonotonicClock time, SecureRandom random) {
        this.limits = limits;
        this.clock = clock;
        this.time = time;
        this.random = random;
        this.given = new GivenApprovals(time);
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
        ShownNumber shown = numbers.getIfPresent(key);
        if (shown == null) {
            shown = ShownNumber.random(random);
            numbers.put(key, shown);
        }
        return shown;
    }

    /**
     * Asks whether a connection by {@code rule}, which asks for approvals, is approved. Whoever waits closes the
     * ticket.
     */
    public Asked ask(Identity user, InetAddress source, Rule rule, ApprovalWaiter waiter) {
        ApprovalSubject subject = ApprovalSubject.of(user, source, rule);
        synchronized (lock) {
            sweep();
            if (given.covers(subject)) {
                return new Asked.Approved();
            }
            String why = refused.getIfPresent(new UserAt(subject.user(), source));
            if (why != null) {
                return new Asked.Refused(
                        false,
                        "approval refused not long ago: " + why + " (pause-after-refusal "
                                + limits.pauseAfterRefusal().toSeconds() + " s)");
            }
            OpenQuestion open = bySubject.get(subject);
            if (open != null) {
                return open.waiting() < MOST_WAITING
                        ? new Asked.Waiting(new Ticket(open, waiter, false))
                        : new Asked.Refused(true, "too many connections wait for one approval");
            }
            Optional<String> limit = limitFor(subject);
            if (limit.isPresent()) {
                return new Asked.Refused(true, limit.get());
            }
            OpenQuestion next = new OpenQuestion(subject, user, shownTo(user, source), clock.instant(), random);
            byId.put(next.id(), next);
            bySubject.put(subject, next);
            return new Asked.Waiting(new Ticket(next, waiter, true));
        }
    }

    /** Why there may be no further question about {@code subject}. */
    private Optional<String> limitFor(ApprovalSubject subject) {
        if (byId.size() >= limits.inAll()) {
            return Optional.of("too many connections wait for approvals ([approval] pending)");
        }
        if (count(open -> open.subject().user().equals(subject.user())) >= limits.perUser()) {
            return Optional.of("too many questions about the user are open ([approval] pending-per-user)");
        }
        if (count(open -> open.subject().source().equals(subject.source())) >= limits.perSource()) {
            return Optional.of("too many questions about the address are open ([approval] pending-per-source)");
        }
        return asked.tryCount(subject.user())
                ? Optional.empty()
                : Optional.of("too many questions about the user in a short time");
    }

    private int count(Predicate<OpenQuestion> which) {
        return (int) byId.values().stream().filter(which).count();
    }

    /** Forgets questions whose time is over and for which nobody waits. */
    private void sweep() {
        byId.values().removeIf(open -> {
            boolean over = open.waiting() == 0 && time.hasReached(open.endsAt());
            if (over) {
                bySubject.remove(open.subject(), open);
            }
            return over;
        });
    }

    private void remove(OpenQuestion open) {
        byId.remove(open.id());
        bySubject.remove(open.subject(), open);
    }

    /** The open questions that {@code approver} may answer, however they signed in; the oldest first. */
    public List<ApprovalQuestion> questionsFor(Identity approver) {
        return questions(open -> open.subject().terms().isApprover(approver, open.user()));
    }

    /** The open questions about {@code user} that somebody else has to answer. */
    public List<ApprovalQuestion> questionsAbout(Identity user) {
        String own = AccountNames.key(user);
        return questions(open -> open.subject().user().equals(own)
                && open.subject().terms().approvers().isPresent());
    }

    /** All open questions, the oldest first. */
    public List<ApprovalQuestion> questions() {
        return questions(_ -> true);
    }

    private List<ApprovalQuestion> questions(Predicate<OpenQuestion> which) {
        synchronized (lock) {
            sweep();
            return byId.values().stream().filter(which).map(OpenQuestion::shown).toList();
        }
    }

    /** How many questions are open. */
    public int pending() {
        synchronized (lock) {
            sweep();
            return byId.size();
        }
    }

    /**
     * Answers a question.
     *
     * @param approver who says so, as signed in at the portal
     */
    public ApprovalVerdict answer(String id, Identity approver, ApprovalReply reply) {
        ApprovalVerdict verdict;
        List<ApprovalWaiter> waiters = List.of();
        synchronized (lock) {
            sweep();
            OpenQuestion open = byId.get(id);
            if (open == null) {
                return new ApprovalVerdict.Gone();
            }
            verdict = judge(open, approver, reply);
            switch (verdict) {
                case ApprovalVerdict.Given _ -> {
                    given.give(open.subject(), open.user());
                    remove(open);
                    waiters = open.leave();
                }
                case ApprovalVerdict.Refused(var _, String why) -> {
                    UserAt who =
                            new UserAt(open.subject().user(), open.subject().source());
                    refused.put(who, why);
                    numbers.invalidate(who); // one of three was tried: the next attempt shows another
                    remove(open);
                    waiters = open.leave();
                }
                case ApprovalVerdict.NotEntitled _, ApprovalVerdict.SignInLacks _, ApprovalVerdict.Gone _ -> {}
            }
        }
        tell(waiters, verdict);
        return verdict;
    }

    private static void tell(List<ApprovalWaiter> waiters, ApprovalVerdict verdict) {
        String why = verdict instanceof ApprovalVerdict.Refused(var _, String reason) ? reason : "";
        waiters.forEach(waiter -> waiter.answered(verdict instanceof ApprovalVerdict.Given, why));
    }

    private static ApprovalVerdict judge(OpenQuestion open, Identity approver, ApprovalReply reply) {
        ApprovalQuestion shown = open.shown();
        boolean entitled = open.subject().terms().isApprover(approver, open.user());
        String who = approver.displayName();
        if (reply instanceof ApprovalReply.NotMe
                && (entitled || AccountNames.key(approver).equals(open.subject().user()))) {
            return new ApprovalVerdict.Refused(shown, who + " says that it was somebody else");
        }
        if (!entitled) {
            return new ApprovalVerdict.NotEntitled(
                    shown, who + " is no approver of connections by rule \"" + shown.rule() + "\"");
        }
        Optional<ApprovalVerdict> lacking =
                open.subject().terms().shortfall(approver).map(what -> new ApprovalVerdict.SignInLacks(shown, what));
        return switch (reply) {
            case ApprovalReply.Refuse(), ApprovalReply.NotMe() ->
                new ApprovalVerdict.Refused(shown, who + " refused the approval");
            case ApprovalReply.NoNumber()
            when open.subject().terms().withoutNumber() == WithoutNumber.REFUSE ->
                new ApprovalVerdict.NotEntitled(
                        shown, "rule \"" + shown.rule() + "\" asks for the number (approval-without-number)");
            case ApprovalReply.NoNumber() -> lacking.orElseGet(() -> new ApprovalVerdict.Given(shown));
            case ApprovalReply.Shown(int number) ->
                lacking.orElseGet(() -> number == open.number()
                        ? new ApprovalVerdict.Given(shown)
                        : new ApprovalVerdict.Refused(shown, who + " chose a number that the client does not show"));
        };
    }

    /** Takes back the approvals of some users, and ends the questions about them. */
    public void forget(Predicate<Identity> which) {
        List<ApprovalWaiter> waiters = new ArrayList<>();
        synchronized (lock) {
            given.takeBack(which);
            List<OpenQuestion> over = byId.values().stream()
                    .filter(open -> which.test(open.user()))
                    .toList();
            for (OpenQuestion open : over) {
                remove(open);
                waiters.addAll(open.leave());
            }
        }
        waiters.forEach(waiter -> waiter.answered(false, "the user was ended"));
    }

    private final class Ticket implements ApprovalTicket {
        private final OpenQuestion open;
        private final ApprovalWaiter waiter;
        private final boolean first;

        Ticket(OpenQuestion open, ApprovalWaiter waiter, boolean first) {
            this.open = open;
            this.waiter = waiter;
            this.first = first;
            open.join(waiter, time.in(limits.answerWithin()));
        }

        @Override
        public String question() {
            return open.id();
        }

        @Override
        public int number() {
            return open.number();
        }

        @Override
        public boolean isFirst() {
            return first;
        }

        @Override
        public boolean isAbout(Rule rule) {
            return open.subject().rule().equals(rule.name())
                    && rule.approval().equals(Optional.of(open.subject().terms()));
        }

        @Override
        public void named(String clientName) {
            synchronized (lock) {
                open.named(clientName);
            }
        }

        @Override
        public void target(String target) {
            synchronized (lock) {
                open.target(target);
            }
        }

        @Override
        public void comesAgain() {
            synchronized (lock) {
                open.comesAgain();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (open.leave(waiter) && open.waiting() == 0 && !open.isAwaited()) {
                    remove(open);
                }
            }
        }
    }
}
