package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;

final class GuessBudgetTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final InetAddress HOME = address("192.0.2.1");
    private static final InetAddress ELSEWHERE = address("192.0.2.2");

    private final MutableClock clock = new MutableClock();

    private GuessBudget budget(int perAccount, int perSource) {
        return new GuessBudget(clock, perAccount, perSource, WINDOW);
    }

    /** How many of {@code tries} wrong guesses reach the back end. */
    private static int guess(GuessBudget budget, InetAddress source, String account, int tries) {
        int asked = 0;
        for (int i = 0; i < tries; i++) {
            asked += budget.charge(source, account).isPresent() ? 1 : 0;
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
    void anAccountHasItsLimitOverAllSources() {
        GuessBudget budget = budget(3, 100);
        assertThat(guess(budget, HOME, "a", 2)).isEqualTo(2);
        assertThat(guess(budget, ELSEWHERE, "a", 5)).isEqualTo(1);
        assertThat(guess(budget, ELSEWHERE, "b", 5)).isEqualTo(3);
    }

    @Test
    void allAddressesOfAnIpv6NetworkAreOneSource() {
        GuessBudget budget = budget(100, 3);
        assertThat(guess(budget, address("2001:db8:1:2::1"), "a", 2)).isEqualTo(2);
        assertThat(guess(budget, address("2001:db8:1:2:ffff::9"), "a", 5)).isEqualTo(1);
        assertThat(guess(budget, address("2001:db8:1:3::1"), "a", 5)).isEqualTo(3);
    }

    @Test
    void everyGuessCountsForTheLengthOfTheWindow() {
        GuessBudget budget = budget(100, 2);
        assertThat(guess(budget, HOME, "a", 1)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(6));
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(4).minusMillis(1));
        assertThat(guess(budget, HOME, "a", 5)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
    }

    @Test
    void throttledTriesDoNotProlongTheThrottling() {
        GuessBudget budget = budget(100, 2);
        assertThat(guess(budget, HOME, "a", 2)).isEqualTo(2);
        clock.advance(Duration.ofMinutes(9));
        assertThat(guess(budget, HOME, "a", 50)).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(guess(budget, HOME, "a", 50)).isEqualTo(2);
    }

    @Test
    void aRefundGivesOneChargeBackOnce() {
        GuessBudget budget = budget(2, 100);
        GuessBudget.Charge charge = budget.charge(HOME, "a").orElseThrow();
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
        charge.refund();
        charge.refund();
        assertThat(guess(budget, HOME, "a", 5)).isEqualTo(1);
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
        assertThat(guess(budget, HOME, "alice", 1000)).isEqualTo(6);
        assertThat(guess(budget, ELSEWHERE, "alice", 1000)).isEqualTo(1);
        signIn(budget, address("192.0.2.3"), "alice");
    }

    @Test
    void strangersCannotLockTheOwnerOutOfAKnownSource() {
        GuessBudget budget = budget(4, 10);
        signIn(budget, HOME, "alice");
        for (int i = 0; i < 200; i++) {
            guess(budget, address("198.51.100." + i), "alice", 1);
        }
        assertThat(budget.charge(ELSEWHERE, "alice")).isEmpty();
        guess(budget, HOME, "bob", 1000);
        guess(budget, HOME, "carol", 1000);
        guess(budget, HOME, "dave", 1000);
        assertThat(budget.charge(HOME, "erin")).isEmpty();
        assertThat(guess(budget, HOME, "alice", 1000)).isEqualTo(4);
    }

    @Test
    void aKnownSourceIsForgottenAfterAWeek() {
        GuessBudget budget = budget(4, 1);
        signIn(budget, HOME, "alice");
        clock.advance(Duration.ofDays(7).plusSeconds(1));
        assertThat(guess(budget, HOME, "alice", 9)).isEqualTo(1);
    }

    @Test
    void tenThousandGuessesReachTheBackEndNoMoreOftenThanTheLimitsSay() {
        GuessBudget budget = budget(8, 30);
        InetAddress office = address("203.0.113.7");
        for (int account = 0; account < 20; account++) {
            signIn(budget, office, "user" + account);
        }
        int asked = 0;
        for (int i = 0; i < 10_000; i++) {
            InetAddress source = address("198.51.100." + i % 50);
            asked += guess(budget, source, "user" + (i / 50) % 20, 1);
        }
        assertThat(asked).isBetween(20 * 6, 20 * 8);
        for (int account = 1; account < 20; account++) {
            signIn(budget, office, "user" + account);
            signIn(budget, address("203.0.113.200"), "user" + account);
        }
    }

    @Test
    void parallelGuessesDoNotSlipThrough() throws Exception {
        GuessBudget budget = budget(1000, 10);
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> guessers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 16; i++) {
                guessers.add(threads.submit(() -> {
                    start.await();
                    return asked.addAndGet(guess(budget, HOME, "alice", 500));
                }));
            }
            start.countDown();
            for (Future<?> guesser : guessers) {
                guesser.get();
            }
        }
        assertThat(asked).hasValue(10);
    }

    @Test
    void moreAccountsThanFitAreForgottenAndNeverRefused() {
        GuessBudget budget = budget(1, Integer.MAX_VALUE);
        for (int i = 0; i < 70_000; i++) {
            Optional<GuessBudget.Charge> charge =
                    budget.charge(address("10." + i / 256 % 16 + "." + i % 256 + ".1"), "user" + i);
            assertThat(charge).isPresent();
        }
        assertThat(budget.entries()).isBetween(60_000L, 65_536L);
    }

    @Test
    void aBudgetOfNothingIsAMistake() {
        assertThatThrownBy(() -> budget(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("guess budget of 0 per account and 1 per source in PT10M (expected positive)");
    }
}
