package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.ALICE;
import static io.gatehouse.core.login.FakeMechanism.PEER;
import static io.gatehouse.core.login.FakeMechanism.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.limits.Rank;
import io.gatehouse.core.net.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoginAttemptTest {
    private static final Token TYPE_1 = token("NTLMSSP\0\1\0\0\0");
    private static final Token RIGHT = token("NTLMSSP\0\3\0\0\0\1");
    private static final Token WRONG = token("NTLMSSP\0\3\0\0\0\0");

    private final List<Throwable> failures = new ArrayList<>();
    private final GuessBudget budget = new GuessBudget(new MutableClock(), 6, 2, Duration.ofMinutes(1));

    private LoginAttempt attempt(TokenMechanism mechanism) {
        return attempt(mechanism, Domains.NONE);
    }

    private LoginAttempt attempt(TokenMechanism mechanism, Domains domains) {
        return new LoginAttempt(
                mechanism,
                PEER,
                Venue.HTTP_AUTHORIZATION,
                new LoginServices(budget, (_, _) -> Runnable::run, domains, (_, failure) -> failures.add(failure)));
    }

    private static FakeMechanism rejecting(Reason reason) {
        FakeMechanism[] self = new FakeMechanism[1];
        self[0] = new FakeMechanism(Scheme.BASIC, _ -> self[0].claim("alice", new Rejected(reason, "as told")));
        return self[0];
    }

    private static LoginStep done(Reason reason, String detail) {
        return new LoginStep.Done(new Rejected(reason, detail), Optional.empty());
    }

    @Test
    void aDialogueRunsToItsEndAndClosesOnce() {
        FakeMechanism ntlm = FakeMechanism.ntlm();
        LoginAttempt attempt = attempt(ntlm);
        assertThat(attempt.next(TYPE_1)).isInstanceOf(LoginStep.Continue.class);
        assertThat(ntlm.closed).isZero();
        assertThat(attempt.next(RIGHT)).isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.of("alice")));
        attempt.close();
        attempt.close();
        assertThat(ntlm.opened).isEqualTo(1);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void theTimeOfASignInIsThatOfTheGatewayAndNotOfTheClient() {
        AtomicLong now = new AtomicLong();
        List<String> took = new ArrayList<>();
        FakeMechanism ntlm = FakeMechanism.ntlm();
        LoginServices timed = new LoginServices(
                budget,
                (_, _) -> Runnable::run,
                Domains.NONE,
                new UserBlocks(Clock.systemUTC()),
                (_, failure) -> failures.add(failure),
                () -> now.addAndGet(Duration.ofMillis(1).toNanos()),
                (method, result, duration) -> took.add(method + " " + result + " " + duration.toMillis()));
        LoginAttempt attempt = new LoginAttempt(ntlm, PEER, Venue.HTTP_AUTHORIZATION, timed);
        attempt.next(TYPE_1);
        now.addAndGet(Duration.ofMinutes(1).toNanos()); // the user looks for the password
        attempt.next(RIGHT);
        assertThat(took).containsExactly("ntlm accepted 2");
    }

    /** Right and wrong passwords of a blocked user are told apart in the audit log only. */
    @Test
    void aBlockedUserIsRefusedAlthoughThePasswordIsRight() {
        Instant noon = Instant.parse("2026-11-29T12:00:00Z");
        UserBlocks blocks = new UserBlocks(Clock.fixed(noon, ZoneOffset.UTC));
        LoginServices services = new LoginServices(
                budget,
                (_, _) -> Runnable::run,
                Domains.NONE,
                blocks,
                (_, failure) -> failures.add(failure),
                MonotonicClock.system(),
                (_, _, _) -> {});
        blocks.block(new UserBlocks.Block("\\" + ALICE.user(), noon, noon.plusSeconds(60), "root", "lost laptop"));

        assertThat(signIn(services))
                .isEqualTo(new LoginStep.Done(
                        new Rejected(Reason.LOCKED, "blocked until 2026-11-29T12:01:00Z by root: lost laptop"),
                        Optional.of("alice")));
        blocks.unblock(NamedAccount.ofKey("\\" + ALICE.user(), Domains.NONE));
        assertThat(signIn(services)).isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.of("alice")));
    }

    private static LoginStep signIn(LoginServices services) {
        LoginAttempt attempt = new LoginAttempt(FakeMechanism.ntlm(), PEER, Venue.HTTP_AUTHORIZATION, services);
        attempt.next(TYPE_1);
        return attempt.next(RIGHT);
    }

    @Test
    void anAbandonedDialogueIsClosedOnce() {
        FakeMechanism ntlm = FakeMechanism.ntlm();
        LoginAttempt attempt = attempt(ntlm);
        attempt.next(TYPE_1);
        attempt.close();
        attempt.close();
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void anAttemptThatNeverBeganOpensNothing() {
        FakeMechanism ntlm = FakeMechanism.ntlm();
        attempt(ntlm).close();
        assertThat(ntlm.opened).isZero();
        assertThat(ntlm.closed).isZero();
    }

    @Test
    void aTokenAfterTheEndDoesNotReachTheProvider() {
        FakeMechanism ntlm = FakeMechanism.ntlm();
        LoginAttempt attempt = attempt(ntlm);
        attempt.next(TYPE_1);
        attempt.next(WRONG);
        assertThat(attempt.next(RIGHT)).isEqualTo(done(Reason.MALFORMED, "token after the end of the attempt"));
        assertThat(ntlm.received).hasSize(2);
        assertThat(ntlm.verified).isEqualTo(1);
    }

    @Test
    void aSpentBudgetIsSaidWithoutAskingTheProvider() {
        FakeMechanism basic = rejecting(Reason.BAD_CREDENTIALS);
        attempt(basic).next(token("x"));
        attempt(basic).next(token("x"));
        assertThat(attempt(basic).next(token("x")))
                .isEqualTo(new LoginStep.Done(
                        new Rejected(Reason.THROTTLED, "too many failed attempts for the account or from the source"),
                        Optional.of("alice")));
        assertThat(basic.verified).isEqualTo(2);
        assertThat(basic.closed).isEqualTo(3);
    }

    @Test
    void onlyGuessesAreChargedAndWhatMayHaveBeenOne() {
        for (Reason reason : Reason.values()) {
            GuessBudget fresh = new GuessBudget(new MutableClock(), 6, 2, Duration.ofMinutes(1));
            FakeMechanism basic = rejecting(reason);
            for (int i = 0; i < 5; i++) {
                new LoginAttempt(
                                basic,
                                PEER,
                                Venue.HTTP_AUTHORIZATION,
                                new LoginServices(fresh, (_, _) -> Runnable::run, Domains.NONE, (_, _) -> {}))
                        .next(token("x"));
            }
            assertThat(basic.verified)
                    .as(reason.name())
                    .isEqualTo(
                            Set.of(Reason.BAD_CREDENTIALS, Reason.NOT_KNOWN, Reason.LOCKED, Reason.UNANSWERED)
                                            .contains(reason)
                                    ? 2
                                    : 5);
        }
    }

    @Test
    void successesAreNotChargedAndMakeTheSourceKnown() {
        for (int i = 0; i < 5; i++) {
            LoginAttempt attempt = attempt(FakeMechanism.ntlm());
            attempt.next(TYPE_1);
            assertThat(attempt.next(RIGHT)).isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.of("alice")));
        }
        budget.charge(PEER.address(), "bob");
        budget.charge(PEER.address(), "bob");
        assertThat(budget.charge(PEER.address(), "bob")).isEmpty();
        assertThat(budget.charge(PEER.address(), "alice")).isPresent();
    }

    private static final Domains LAB = new Domains(
            List.of(new Domain("LAB", Optional.of("LAB.EXAMPLE.COM"), List.of("example.com"), List.of(), List.of())));

    private static Identity accountOf(String domain) {
        return new Identity(
                "ad",
                "kerberos",
                "Alice",
                Optional.of(domain),
                Optional.of("alice@example.com"),
                Set.of("staff"),
                Set.of("S-1-5-21-1-2-3-1105"),
                Set.of(Identity.Proof.CHANNEL_BINDING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LAB", "lab", "lab.example.com", "LAB.EXAMPLE.COM", "Example.Com"})
    void everyNameOfADomainBecomesTheConfiguredOne(String domain) {
        Token farewell = token("AP-REP");
        Outcome accepted = new Accepted(accountOf(domain), Optional.of(farewell));
        Outcome canonical = new Accepted(accountOf("LAB"), Optional.of(farewell));
        FakeMechanism[] claiming = new FakeMechanism[1];
        claiming[0] = new FakeMechanism(Scheme.NTLM, _ -> claiming[0].claim("lab\\alice", accepted));
        assertThat(attempt(claiming[0], LAB).next(token("x")))
                .isEqualTo(new LoginStep.Done(canonical, Optional.of("lab\\alice")));
        assertThat(attempt(new FakeMechanism(Scheme.KERBEROS, _ -> accepted), LAB)
                        .next(token("x")))
                .isEqualTo(new LoginStep.Done(canonical, Optional.empty()));
    }

    @Test
    void accountsOfOtherDomainsAndOfNoneKeepTheirNames() {
        assertThat(attempt(new FakeMechanism(Scheme.KERBEROS, _ -> Accepted.of(ALICE)), LAB)
                        .next(token("x")))
                .isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.empty()));
        Identity other = accountOf("OTHER");
        assertThat(attempt(new FakeMechanism(Scheme.KERBEROS, _ -> Accepted.of(other)), LAB)
                        .next(token("x")))
                .isEqualTo(new LoginStep.Done(
                        Accepted.of(other.withGroupsAsInRules(Set.of("OTHER\\staff"))), Optional.empty()));
    }

    @Test
    void aProviderThatThrowsIsUnavailableAndReportedOnce() {
        RuntimeException broken = new IllegalStateException("broken");
        TokenMechanism mechanism = new TokenMechanism() {
            @Override
            public Scheme scheme() {
                return Scheme.BASIC;
            }

            @Override
            public Set<Venue> venues() {
                return FakeMechanism.HTTP;
            }

            @Override
            public Conversation open(Peer peer, Venue venue) {
                return new Conversation() {
                    @Override
                    public Step next(Token token) {
                        throw broken;
                    }

                    @Override
                    public void close() {
                        throw new IllegalStateException("broken too");
                    }
                };
            }
        };
        assertThat(attempt(mechanism).next(token("x")))
                .isEqualTo(done(Reason.UNAVAILABLE, "provider failed: java.lang.IllegalStateException"));
        assertThat(failures).containsExactly(broken);
    }

    @Test
    void aVerificationThatThrowsIsUnavailableAndNoGuess() {
        FakeMechanism basic = new FakeMechanism(
                Scheme.BASIC,
                _ -> new Step.Claim("alice", _ -> {
                    throw new NoClassDefFoundError("gone");
                }));
        for (int i = 0; i < 5; i++) {
            assertThat(attempt(basic).next(token("x")))
                    .isEqualTo(new LoginStep.Done(
                            new Rejected(Reason.UNAVAILABLE, "provider failed: java.lang.NoClassDefFoundError"),
                            Optional.of("alice")));
        }
        assertThat(failures).hasSize(5);
    }

    /** A right password and a challenge for a second factor: each guess at that is a claim, and counts. */
    @Test
    void aVerificationMayChallengeOnceMore() {
        List<Token> codes = new ArrayList<>();
        FakeMechanism[] self = new FakeMechanism[1];
        self[0] = new FakeMechanism(Scheme.BASIC, given -> {
            if (given.equals(token("password"))) {
                return new Step.Claim("alice", _ -> new Step.Challenge(token("code?")));
            }
            codes.add(given);
            return self[0].claim("alice", given.equals(token("right")));
        });
        for (int i = 0; i < 3; i++) {
            LoginAttempt first = attempt(self[0]);
            assertThat(first.next(token("password"))).isEqualTo(new LoginStep.Continue(token("code?")));
            first.close();
        }
        LoginAttempt right = attempt(self[0]);
        right.next(token("password"));
        assertThat(right.next(token("right"))).isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.of("alice")));
        for (int i = 0; i < 9; i++) {
            LoginAttempt guess = attempt(self[0]);
            if (guess.next(token("password")) instanceof LoginStep.Continue) {
                guess.next(token("wrong"));
            }
        }
        assertThat(codes)
                .as("one right, and as many wrong ones as the budget lets")
                .hasSizeLessThan(1 + 6);
        assertThat(self[0].closed).isEqualTo(13);
    }

    /** The password was not looked at, so it costs nothing, and the audit line says what was the matter. */
    @Test
    void aGatewayThatHasTooMuchToComputeIsUnavailableAndTakesNoGuess() {
        LoginServices busy = new LoginServices(
                budget,
                (_, _) -> _ -> {
                    throw new CpuWork.BusyException("no turn");
                },
                Domains.NONE,
                (_, failure) -> failures.add(failure));
        FakeMechanism basic = new FakeMechanism(
                Scheme.BASIC, _ -> new Step.Claim("alice", cpu -> cpu.compute(() -> Accepted.of(ALICE))));
        for (int i = 0; i < 5; i++) {
            assertThat(new LoginAttempt(basic, PEER, Venue.HTTP_AUTHORIZATION, busy).next(token("x")))
                    .isEqualTo(new LoginStep.Done(
                            new Rejected(Reason.UNAVAILABLE, "too many password hashes at one time: no turn"),
                            Optional.of("alice")));
        }
        assertThat(failures).isEmpty();
        assertThat(attempt(basic).next(token("x")))
                .isEqualTo(new LoginStep.Done(Accepted.of(ALICE), Optional.of("alice")));
    }

    /** Who signed in before is served first, who guessed wrong last. */
    @Test
    void theCoreTellsHowTheGuesserRanks() {
        List<Rank> ranks = new ArrayList<>();
        LoginServices noting = new LoginServices(
                budget,
                (source, rank) -> {
                    assertThat(source).isEqualTo(new Source(PEER.address()));
                    ranks.add(rank);
                    return Runnable::run;
                },
                Domains.NONE,
                (_, failure) -> failures.add(failure));
        for (String token : List.of("alice:wrong", "alice:secret", "alice:wrong")) {
            new LoginAttempt(FakeMechanism.basic(), PEER, Venue.HTTP_AUTHORIZATION, noting).next(token(token));
        }
        assertThat(ranks).containsExactly(Rank.NEW, Rank.GUESSED_WRONG, Rank.SIGNED_IN_BEFORE);
    }

    @Test
    void aStackOverflowIsUnavailable() {
        FakeMechanism basic = new FakeMechanism(Scheme.BASIC, _ -> {
            throw new StackOverflowError();
        });
        assertThat(attempt(basic).next(token("x")))
                .isEqualTo(done(Reason.UNAVAILABLE, "provider failed: java.lang.StackOverflowError"));
        assertThat(basic.closed).isEqualTo(1);
    }

    @Test
    void roundsAreBounded() {
        FakeMechanism endless = new FakeMechanism(Scheme.NTLM, Step.Challenge::new);
        LoginAttempt attempt = attempt(endless);
        for (int i = 0; i < 8; i++) {
            assertThat(attempt.next(token("x"))).isInstanceOf(LoginStep.Continue.class);
        }
        assertThat(attempt.next(token("x"))).isEqualTo(done(Reason.MALFORMED, "more than 8 rounds"));
        assertThat(endless.received).hasSize(8);
        assertThat(endless.closed).isEqualTo(1);
    }

    @Test
    void tokensAreBounded() {
        FakeMechanism endless = new FakeMechanism(Scheme.NTLM, Step.Challenge::new);
        LoginAttempt attempt = attempt(endless);
        assertThat(attempt.next(Token.of(new byte[65_536]))).isInstanceOf(LoginStep.Continue.class);
        assertThat(attempt.next(Token.of(new byte[65_537])))
                .isEqualTo(done(Reason.MALFORMED, "token of 65537 bytes (expected at most 65536)"));
        assertThat(endless.closed).isEqualTo(1);
    }

    @Test
    void whoDisconnectsDuringVerificationIsNotSignedIn() {
        AtomicReference<LoginAttempt> attempt = new AtomicReference<>();
        FakeMechanism[] basic = new FakeMechanism[1];
        basic[0] = new FakeMechanism(
                Scheme.BASIC,
                _ -> new Step.Claim("alice", _ -> {
                    attempt.get().close();
                    assertThat(basic[0].closed).isZero();
                    return Accepted.of(ALICE);
                }));
        attempt.set(attempt(basic[0]));
        assertThat(attempt.get().next(token("x")))
                .isEqualTo(done(Reason.MALFORMED, "the attempt was given up meanwhile"));
        assertThat(basic[0].closed).isEqualTo(1);
        assertThat(failures).isEmpty();
    }

    /** The back end is not asked for somebody who went away while others had the last guess. */
    @Test
    void whoDisconnectsWhileItsClaimWaitsIsNotVerified() throws Exception {
        GuessBudget one = new GuessBudget(new MutableClock(), 1, 5, Duration.ofMinutes(1));
        LoginServices services =
                new LoginServices(one, (_, _) -> Runnable::run, Domains.NONE, (_, failure) -> failures.add(failure));
        FakeMechanism basic = FakeMechanism.basic();
        LoginAttempt waiting = new LoginAttempt(basic, PEER, Venue.HTTP_AUTHORIZATION, services);
        AtomicReference<LoginStep> step = new AtomicReference<>();
        GuessBudget.Charge other = one.charge(PEER.address(), "mona").orElseThrow();
        Thread thread = Thread.ofPlatform().start(() -> step.set(waiting.next(token("mona:secret"))));
        long deadline = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
        waiting.close();
        other.succeeded();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(step.get()).isEqualTo(done(Reason.MALFORMED, "the attempt was given up meanwhile"));
        assertThat(basic.verified).isZero();
        assertThat(basic.closed).isEqualTo(1);
    }

    @Test
    void aSecondTokenBesideTheFirstIsRefused() {
        AtomicReference<LoginAttempt> attempt = new AtomicReference<>();
        AtomicReference<LoginStep> second = new AtomicReference<>();
        FakeMechanism ntlm = new FakeMechanism(Scheme.NTLM, token -> {
            second.set(attempt.get().next(token));
            return new Step.Challenge(token);
        });
        attempt.set(attempt(ntlm));
        assertThat(attempt.get().next(TYPE_1)).isInstanceOf(LoginStep.Continue.class);
        assertThat(second.get()).isEqualTo(done(Reason.MALFORMED, "two tokens at once"));
        assertThat(ntlm.closed).isZero();
    }
}
