package io.gatehouse.core.guess;

import static java.net.InetAddress.ofLiteral;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.core.login.MutableClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuessBudgetTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final InetAddress HOME = ofLiteral("192.0.2.1");
    private static final InetAddress ELSEWHERE = ofLiteral("192.0.2.2");

    private final MutableClock clock = new MutableClock();

    private GuessBudget budget(int perAccount, int perSource) {
        return new GuessBudget(clock, perAccount, perSource, WINDOW);
    }

    /** How many of {@code tries} wrong guesses reach the back end. */
    private static int guess(GuessBudget budget, InetAddress source, String account, int tries) {
        int asked = 0;
        for (int i = 0; i < tries; i++) {
            Optional<GuessBudget.Charge> charge = budget.charge(source, account);
            charge.ifPresent(GuessBudget.Charge::stays);
            asked += charge.isPresent() ? 1 : 0;
        }
        return asked;
    }

    private static void signIn(GuessBudget budget, InetAddress source, String account) {
        budget.charge(source, account).orElseThrow().succeeded();
    }

    @Test
    void aSourceHasItsLimitOverAllAccounts() {
        GuessBudget budget = budget(100, 3);
        assertThat(guess(budget, HOME, "a", 2)).isEqualTo(2);
        assertThat(guess(budget, HOME, "b", 5)).isEqualTo(1);
        assertThat(guess(budget, ELSEWHERE, "b", 5)).isEqualTo(3);
    }

    @Test
    void strangersTogetherHaveHalfOfAnAccountsLimit() {
        GuessBudget budget = budget(6, 100);
        assertThat(guess(budget, HOME, "a", 2)).isEqualTo(2);
        assertThat(guess(budget, ELSEWHERE, "a", 5)).isEqualTo(1);
        assertThat(guess(budget, ofLiteral("192.0.2.3"), "a", 5)).isZero();
        assertThat(guess(budget, ELSEWHERE, "b", 5)).isEqualTo(2);
    }

    @Test
    void allAddressesOfAnIpv6NetworkAreOneSource() {
        GuessBudget budget = budget(100, 3);
        assertThat(guess(budget, ofLiteral("2001:db8:1:2::1"), "a", 2)).isEqualTo(2);
        assertThat(guess(budget, ofLiteral("2001:db8:1:2:ffff::9"), "a", 5)).isEqualTo(1);
        assertThat(guess(budget, ofLiteral("2001:db8:1:3::1"), "a", 5)).isEqualTo(3);
    }

    @Test
    void aGuessOfASourceCountsForTheLengthOfTheWindow() {
        GuessBudget budget = budget(100, 2);
        assertThat(guess(budget, HOME, "a", 1)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(6));
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(4).minusMillis(1));
        assertThat(guess(budget, HOME, "a", 5)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
    }

    /** NTP, or somebody who sets the clock. */
    @Test
    void noChangeOfTheDateLocksAnybodyOutOrForgetsWhoSignedIn() {
        GuessBudget budget = budget(2, 2);
        signIn(budget, HOME, "a");
        clock.set(clock.instant().plus(Duration.ofDays(30)));
        assertThat(guess(budget, ELSEWHERE, "a", 5)).isEqualTo(1);
        clock.set(clock.instant().minus(Duration.ofDays(60)));
        assertThat(guess(budget, HOME, "a", 5)).as("known before and after").isEqualTo(1);
        clock.advance(WINDOW);
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(2);
    }

    /** One password at all accounts of an office, from its own address. */
    @Test
    void whoTriesPasswordsAtEverybodyWhoLivesThereHasFewAtEach() {
        GuessBudget budget = budget(8, 50);
        for (int user = 0; user < 100; user++) {
            signIn(budget, HOME, "user" + user);
        }
        int asked = 0;
        for (int password = 0; password < 6; password++) {
            for (int user = 0; user < 2000; user++) {
                asked += guess(budget, HOME, "user" + user, 1);
            }
        }
        assertThat(asked).isEqualTo(50 + 2 * 100);
    }

    @Test
    void onePasswordAtEverybodyWhoLivesThereLocksNobodyOut() {
        GuessBudget budget = budget(8, 50);
        for (int user = 0; user < 100; user++) {
            signIn(budget, HOME, "user" + user);
        }
        for (int user = 0; user < 2000; user++) {
            guess(budget, HOME, "user" + user, 1);
        }
        for (int user = 0; user < 100; user++) {
            assertThat(budget.charge(HOME, "user" + user)).as("user%d", user).isPresent();
        }
    }

    /** Everybody in an office at the beginning of their day. */
    @Test
    void manyRightSignInsAtOnceFromOneAddressAreNoGuesses() {
        GuessBudget budget = budget(8, 10);
        List<GuessBudget.Charge> underWay = new ArrayList<>();
        for (int user = 0; user < 100; user++) {
            signIn(budget, HOME, "user" + user);
        }
        for (int user = 0; user < 100; user++) {
            underWay.add(budget.charge(HOME, "user" + user).orElseThrow());
        }
        underWay.forEach(GuessBudget.Charge::succeeded);
        assertThat(guess(budget, HOME, "user1", 10)).isEqualTo(6);
    }

    @Test
    void whatASourceHidesCountsForItWhateverItSays() {
        GuessBudget budget = budget(8, 50);
        int asked = 0;
        for (int i = 0; i < 60; i++) {
            Optional<GuessBudget.Charge> charge = budget.chargeHidden(HOME, "user" + i, Duration.ZERO);
            charge.ifPresent(GuessBudget.Charge::stays);
            asked += charge.isPresent() ? 1 : 0;
        }
        assertThat(asked).isEqualTo(8);
        assertThat(budget.chargeHidden(ELSEWHERE, "user1", Duration.ZERO)).isPresent();
        clock.advance(WINDOW);
        for (int i = 0; i < 20; i++) {
            budget.chargeHidden(HOME, "user" + i, Duration.ZERO).orElseThrow().succeeded();
        }
    }

    /** A directory whose counter begins anew after ten quiet minutes would lock the account otherwise. */
    @Test
    void guessesAtAnAccountCountUntilThereWasNoneForTheLengthOfTheWindow() {
        GuessBudget budget = budget(8, 100);
        int asked = 0;
        for (int i = 0; i < 50; i++) {
            asked += guess(budget, ofLiteral("198.51.100." + i), "alice", 1);
            clock.advance(Duration.ofMinutes(10).minusMillis(1));
            if (i == 3) {
                assertThat(asked).isEqualTo(4);
                break;
            }
        }
        assertThat(guess(budget, ofLiteral("198.51.100.200"), "alice", 1)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(guess(budget, ofLiteral("198.51.100.201"), "alice", 1)).isEqualTo(1);
    }

    @Test
    void theWindowBeginsWhenTheBackEndHasAnswered() {
        GuessBudget budget = budget(2, 100);
        GuessBudget.Charge slow = budget.charge(HOME, "a").orElseThrow();
        clock.advance(Duration.ofMinutes(8));
        slow.stays();
        clock.advance(Duration.ofMinutes(9));
        assertThat(guess(budget, ELSEWHERE, "a", 1)).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(guess(budget, ELSEWHERE, "a", 1)).isEqualTo(1);
    }

    @Test
    void aGuessWhoseEndNobodyTellsIsTakenForWrong() {
        GuessBudget budget = budget(2, 100);
        assertThat(budget.charge(HOME, "a")).isPresent();
        clock.advance(WINDOW.multipliedBy(2).minusMillis(1));
        assertThat(guess(budget, ELSEWHERE, "a", 1)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(guess(budget, ELSEWHERE, "a", 1)).isEqualTo(1);
    }

    @Test
    void throttledTriesDoNotProlongTheThrottling() {
        GuessBudget budget = budget(4, 2);
        signIn(budget, HOME, "alice");
        assertThat(guess(budget, HOME, "alice", 3)).isEqualTo(2);
        assertThat(guess(budget, ELSEWHERE, "bob", 2)).isEqualTo(1);
        assertThat(guess(budget, ELSEWHERE, "carol", 2)).isZero();
        clock.advance(Duration.ofMinutes(9));
        assertThat(guess(budget, HOME, "alice", 50)).isZero();
        assertThat(guess(budget, ELSEWHERE, "carol", 50)).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(guess(budget, HOME, "alice", 50)).isEqualTo(2);
        assertThat(guess(budget, ELSEWHERE, "carol", 50)).isEqualTo(1);
    }

    @Test
    void aRefundGivesOneChargeBackOnce() {
        GuessBudget budget = budget(4, 100);
        GuessBudget.Charge charge = budget.charge(HOME, "a").orElseThrow();
        assertThat(guess(budget, ELSEWHERE, "a", 5)).isEqualTo(1);
        charge.refund();
        charge.refund();
        charge.stays();
        assertThat(guess(budget, ofLiteral("192.0.2.3"), "a", 5)).isEqualTo(1);
    }

    /** A directory that hangs judges, and counts, all that was sent to it, when it goes on. */
    @Test
    void whatTheBackEndDidNotAnswerStaysChargedToStrangersOnly() {
        GuessBudget budget = budget(8, 100);
        signIn(budget, HOME, "alice");
        for (int i = 0; i < 50; i++) {
            budget.charge(HOME, "alice").orElseThrow().unanswered();
        }
        int asked = 0;
        for (int i = 0; i < 50; i++) {
            Optional<GuessBudget.Charge> charge = budget.charge(ELSEWHERE, "alice");
            charge.ifPresent(GuessBudget.Charge::unanswered);
            asked += charge.isPresent() ? 1 : 0;
        }
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void aGuessThatTheAccountThrottlesIsStillChargedToTheSource() {
        GuessBudget budget = budget(1, 3);
        assertThat(guess(budget, HOME, "a", 2)).isEqualTo(1);
        assertThat(guess(budget, HOME, "b", 2)).isEqualTo(1);
        assertThat(guess(budget, HOME, "c", 2)).isZero();
    }

    @Test
    void aSuccessDoesNotClearTheSlate() {
        GuessBudget budget = budget(100, 5);
        assertThat(guess(budget, HOME, "victim", 4)).isEqualTo(4);
        signIn(budget, HOME, "attacker");
        signIn(budget, HOME, "attacker");
        assertThat(guess(budget, HOME, "victim", 9)).isEqualTo(1);
    }

    @Test
    void oneStrangerCannotUseUpWhatTheOwnerNeedsElsewhere() {
        GuessBudget budget = budget(8, 1000);
        assertThat(guess(budget, HOME, "alice", 1000)).isEqualTo(3);
        signIn(budget, ELSEWHERE, "alice");
        assertThat(guess(budget, ofLiteral("192.0.2.3"), "alice", 1000)).isEqualTo(1);
        assertThat(guess(budget, ofLiteral("192.0.2.4"), "alice", 1000)).isZero();
    }

    @Test
    void noNumberOfStrangersCanUseUpWhatTheOwnerNeedsAtAKnownSource() {
        GuessBudget budget = budget(8, 10);
        signIn(budget, HOME, "alice");
        int strangers = 0;
        for (int i = 0; i < 200; i++) {
            strangers += guess(budget, ofLiteral("198.51.100." + i), "alice", 3);
        }
        assertThat(strangers).isEqualTo(4);
        guess(budget, HOME, "bob", 1000);
        guess(budget, HOME, "carol", 1000);
        guess(budget, HOME, "dave", 1000);
        assertThat(budget.charge(HOME, "erin"))
                .as("another account from where alice lives")
                .isEmpty();
        signIn(budget, HOME, "alice");
        assertThat(guess(budget, HOME, "alice", 1000)).isEqualTo(2);
    }

    /** A telephone at home that still has the old password, and nobody else guesses. */
    @Test
    void aKnownSourceCannotUseUpWhatTheOwnerNeedsElsewhere() {
        GuessBudget budget = budget(8, 10);
        signIn(budget, HOME, "alice");
        assertThat(guess(budget, HOME, "alice", 1000)).isEqualTo(6);
        signIn(budget, ELSEWHERE, "alice");
    }

    @Test
    void strangersAndAKnownSourceTogetherCannotUseUpWhatTheOwnerNeedsAtAnother() {
        GuessBudget budget = budget(8, 10);
        signIn(budget, HOME, "alice");
        signIn(budget, ELSEWHERE, "alice");
        int asked = 0;
        for (int i = 0; i < 100; i++) {
            asked += guess(budget, HOME, "alice", 1);
            asked += guess(budget, ofLiteral("198.51.100." + i), "alice", 1);
        }
        assertThat(asked).isEqualTo(7);
        signIn(budget, ELSEWHERE, "alice");
        assertThat(guess(budget, ELSEWHERE, "alice", 9)).isEqualTo(1);
    }

    @Test
    void knownSourcesAndStrangersTogetherNeverHaveMoreThanTheAccountsLimit() {
        for (int perAccount = 1; perAccount <= 40; perAccount++) {
            GuessBudget budget = budget(perAccount, 100);
            for (int i = 0; i < 10; i++) {
                signIn(budget, ofLiteral("192.0.2." + i), "alice");
            }
            int asked = 0;
            for (int i = 0; i < 200; i++) {
                asked += guess(budget, i % 2 == 0 ? HOME : ofLiteral("198.51.100." + i), "alice", 1);
            }
            for (int i = 0; i < 10; i++) {
                asked += guess(budget, ofLiteral("192.0.2." + i), "alice", 100);
            }
            assertThat(asked).isEqualTo(perAccount);
        }
    }

    @Test
    void evenTheSmallestBudgetLetsTheRightOnesIn() {
        for (int perAccount = 1; perAccount <= 4; perAccount++) {
            GuessBudget budget = budget(perAccount, 1);
            signIn(budget, HOME, "alice");
            signIn(budget, ELSEWHERE, "alice");
            signIn(budget, HOME, "alice");
        }
    }

    @Test
    void aKnownSourceIsForgottenAfterAWeek() {
        GuessBudget budget = budget(4, 1);
        signIn(budget, HOME, "alice");
        clock.advance(Duration.ofDays(7).plusSeconds(1));
        assertThat(guess(budget, HOME, "alice", 9)).isEqualTo(1);
    }

    @Test
    void aSignInThatNeededNoGuessMakesTheSourceKnown() {
        GuessBudget budget = budget(8, 1);
        budget.signedIn(HOME, "CORP\\Alice");
        assertThat(guess(budget, HOME, "alice", 9)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALICE",
                "CORP\\alice",
                "corp.example.com\\alice",
                "alice@corp.example.com",
                "Alice@CORP",
                "\\alice",
                ".\\alice",
                "CORP\\alice@corp.example.com",
                " alice",
                "alice\u200b",
                "\uff41lice",
                "al\u00edce",
                "ali\u0301ce",
                "al\u0131ce",
                "al\u1806ice",
                "\ufffcalice",
                "ali\ufffdce",
                "alice\u3164",
                "al\u115fice",
                "alice\uffa0"
            })
    void allSpellingsOfAnAccountHaveOneBudget(String spelling) {
        GuessBudget budget = budget(2, 100);
        assertThat(guess(budget, HOME, "alice", 1)).isEqualTo(1);
        assertThat(guess(budget, ELSEWHERE, spelling, 1)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "M\u00dcLLER, muller",
        "Stra\u00dfe, STRASSE",
        "\u03a3\u03a3, \u03c3\u03c2",
        "b\u00f8b, BOB",
        "\u3042\u304d, \u30a2\u30ad",
        "\u00e6gir, AEGIR",
        "host/gw@REALM, HOST/GW",
        "@corp, @CORP",
    })
    void whatDirectoriesCompareAsEqualIsOneName(String one, String other) {
        assertThat(GuessedName.of(one)).isEqualTo(GuessedName.of(other));
    }

    @ParameterizedTest
    @CsvSource({"alice, bob", "alice, alice2", "a-b, ab", "\u3042, \u3044", "\u4e2d, \u6587", "alice@a@x, alice"})
    void differentAccountsHaveBudgetsOfTheirOwn(String one, String other) {
        GuessBudget budget = budget(2, 100);
        assertThat(guess(budget, HOME, one, 1)).isEqualTo(1);
        assertThat(guess(budget, ELSEWHERE, other, 1)).isEqualTo(1);
    }

    /** One guess is under way, so the other waits for its answer, however it ends. */
    @Test
    void signInsAtOnceWaitForEachOther() throws Exception {
        GuessBudget budget = budget(2, 100);
        try (Waiting first = new Waiting(budget, "alice");
                GuessBudget.Charge right = budget.charge(HOME, "bob").orElseThrow();
                Waiting second = new Waiting(budget, "BOB")) {
            assertThat(first.charged()).isPresent();
            second.awaitBlocked();
            right.succeeded();
            assertThat(second.charged()).isPresent();
        }
    }

    @Test
    void aSignInThatWaitedForAWrongOneIsRefused() throws Exception {
        GuessBudget budget = budget(2, 100);
        try (GuessBudget.Charge wrong = budget.charge(HOME, "alice").orElseThrow();
                Waiting waiting = new Waiting(budget, "alice")) {
            waiting.awaitBlocked();
            wrong.stays();
            assertThat(waiting.charged()).isEmpty();
        }
    }

    @Test
    void nobodyWaitsForGuessesThatWereWrong() {
        GuessBudget budget = budget(2, 100);
        guess(budget, HOME, "alice", 1);
        assertThat(budget.charge(ELSEWHERE, "alice", Duration.ofDays(1))).isEmpty();
    }

    @Test
    void patienceEnds() {
        GuessBudget budget = budget(2, 100);
        assertThat(budget.charge(HOME, "alice")).isPresent();
        assertThat(budget.charge(ELSEWHERE, "alice", Duration.ofMillis(1))).isEmpty();
    }

    /** A shared account, or a client that opens three connections: all are right, and none is refused. */
    @Test
    void moreRightSignInsAtOnceThanTheLimitAreAllLetIn() throws Exception {
        GuessBudget budget = budget(3, 5);
        List<Future<Boolean>> signIns = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(200);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                InetAddress source = i % 2 == 0 ? HOME : ELSEWHERE;
                signIns.add(threads.submit(() -> {
                    begun.countDown();
                    Optional<GuessBudget.Charge> charge = budget.charge(source, "kiosk", Duration.ofSeconds(20));
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    begun.await();
                    underWay.decrementAndGet();
                    charge.ifPresent(GuessBudget.Charge::succeeded);
                    return charge.isPresent();
                }));
            }
            for (Future<Boolean> signIn : signIns) {
                assertThat(signIn.get()).isTrue();
            }
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void parallelGuessesDoNotSlipThrough() throws Exception {
        GuessBudget budget = budget(8, 1000);
        signIn(budget, HOME, "alice");
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> guessers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 16; i++) {
                InetAddress source = i % 2 == 0 ? HOME : ofLiteral("198.51.100." + i);
                guessers.add(threads.submit(() -> {
                    start.await();
                    for (int tries = 0; tries < 200; tries++) {
                        budget.charge(source, "alice", Duration.ofSeconds(20)).ifPresent(charge -> {
                            asked.incrementAndGet();
                            charge.stays();
                        });
                    }
                    return asked;
                }));
            }
            start.countDown();
            for (Future<?> guesser : guessers) {
                guesser.get();
            }
        }
        // Six when strangers had their half before the known source began, eight at most.
        assertThat(asked).hasValueBetween(6, 8);
    }

    @Test
    void tenThousandGuessesReachTheBackEndNoMoreOftenThanTheLimitsSay() {
        GuessBudget budget = budget(8, 30);
        InetAddress office = ofLiteral("203.0.113.7");
        for (int account = 0; account < 20; account++) {
            signIn(budget, office, "user" + account);
        }
        int asked = 0;
        for (int i = 0; i < 10_000; i++) {
            asked += guess(budget, ofLiteral("198.51.100." + i % 50), "user" + (i + i / 50) % 20, 1);
        }
        assertThat(asked).isBetween(20 * 3, 20 * 4);
        for (int account = 0; account < 20; account++) {
            signIn(budget, office, "user" + account);
            signIn(budget, ofLiteral("203.0.113.200"), "user" + account);
        }
    }

    /** No number of made-up names makes it forget what was guessed at a real one. */
    @Test
    void aFloodOfNamesMakesItForgetNothing() {
        GuessBudget budget = budget(8, 20);
        int asked = guess(budget, HOME, "alice", 9);
        for (int i = 0; i < 70_000; i++) {
            guess(budget, ofLiteral("10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256), "user" + i, 1);
        }
        assertThat(budget.entries()).isBetween(60_000L, 65_536L);
        for (int i = 0; i < 20; i++) {
            asked += guess(budget, ofLiteral("198.51.100." + i), "alice", 9);
        }
        assertThat(asked).isBetween(3, 4);
    }

    @Test
    void aBudgetOfNothingIsAMistake() {
        assertThatThrownBy(() -> budget(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("guess budget of 0 per account and 1 per source in PT10M (expected positive)");
    }

    /** A sign-in from {@link #ELSEWHERE} that has patience, on a thread of its own. */
    private static final class Waiting implements AutoCloseable {
        private final AtomicReference<Optional<GuessBudget.Charge>> result = new AtomicReference<>();
        private final Thread thread;

        Waiting(GuessBudget budget, String account) {
            thread = Thread.ofPlatform()
                    .start(() -> result.set(budget.charge(ELSEWHERE, account, Duration.ofSeconds(20))));
        }

        void awaitBlocked() {
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }

        Optional<GuessBudget.Charge> charged() throws InterruptedException {
            assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
            return result.get();
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
