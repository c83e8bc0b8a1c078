package io.gatehouse.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AccountChecksTest {
    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of(), List.of(), List.of()),
            new Domain("PARTNER", Optional.empty(), List.of(), List.of(), List.of())));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000); // wraps in tests
    private final Map<String, AccountStatus> back = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private final AccountListener listener = new AccountListener() {
        @Override
        public void accountGone(Identity user, String reason) {
            gone.add(user.displayName() + ": " + reason);
        }

        @Override
        public void directoryFailed(String provider, Throwable failure) {
            failures.add(provider + ": " + failure.getMessage());
        }
    };

    private final AccountDirectory directory = new AccountDirectory() {
        @Override
        public boolean covers(Identity identity) {
            return !identity.user().equals("uncovered");
        }

        @Override
        public AccountStatus check(Identity identity) {
            asked.add(identity.user());
            pass(slowness);
            AccountStatus status = back.get(identity.user());
            if (status == null) {
                throw new IllegalStateException("broken");
            }
            return status;
        }
    };

    private final AccountChecks checks = checks(directory);
    private Duration slowness = Duration.ZERO;

    private AccountChecks checks(AccountDirectory of) {
        return new AccountChecks(Map.of("local", of), DOMAINS, nanos::get, INTERVAL, listener);
    }

    @Test
    void aNameIsUnknownWhenAllBackEndsSaySoThatCanBeAsked() {
        back.put("alice", new AccountStatus.Active(Optional.empty()));
        back.put("nobody", new AccountStatus.Gone("no such account"));
        back.put("slow", new AccountStatus.Unavailable("no answer"));
        assertThat(checks.unknown("nobody")).hasValue("local: no such account");
        assertThat(gone).as("nobody signed in who could be ended").isEmpty();
        for (String name : List.of("alice", "slow", "uncovered", "broken")) {
            assertThat(checks.unknown(name)).as(name).isEmpty();
        }
        AccountChecks two = new AccountChecks(
                Map.of("local", directory, "other", new AccountDirectory() {
                    @Override
                    public boolean covers(Identity identity) {
                        return true;
                    }

                    @Override
                    public AccountStatus check(Identity identity) {
                        return new AccountStatus.Active(Optional.empty());
                    }
                }),
                DOMAINS,
                nanos::get,
                INTERVAL,
                listener);
        assertThat(two.unknown("nobody")).as("one has it").isEmpty();
    }

    private static Identity user(String name) {
        return Identity.local("local", "basic", name, Set.of("staff"), Set.of());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void anActiveAccountHasTheGroupsOfNow() {
        back.put(
                "alice",
                AccountStatus.Active.in(new Membership(Set.of("lab"), Identity.GroupNames.OF_THE_DOMAIN, Set.of())));
        Identity lab = user("alice").withGroups(Set.of("lab"), Set.of());

        assertThat(checks.current(user("alice"))).isEqualTo(user("alice"));
        assertThat(checks.check(user("alice"))).isEqualTo(new AccountVerdict.Active(lab));
        assertThat(checks.current(user("alice"))).isEqualTo(lab);
        assertThat(gone).isEmpty();
    }

    /** The directory may have been asked long before, and the user moved to another group since. */
    @Test
    void groupsOfALaterSignInAreNotReplacedByThoseOfBefore() {
        back.put(
                "alice",
                AccountStatus.Active.in(new Membership(Set.of("lab"), Identity.GroupNames.OF_THE_DOMAIN, Set.of())));
        long before = nanos.get();
        checks.check(user("alice"));
        pass(Duration.ofMinutes(1));

        assertThat(checks.current(user("alice"), nanos.get())).isEqualTo(user("alice"));
        assertThat(checks.current(user("alice"), before))
                .isEqualTo(user("alice").withGroups(Set.of("lab"), Set.of()));
    }

    @Test
    void anAccountThatCouldNotBeAskedAboutIsDueAgainSoon() {
        back.put("alice", new AccountStatus.Unavailable("silent"));
        checks.due(List.of(user("alice")));
        pass(Duration.ofMinutes(15));
        assertThat(checks.due(List.of(user("alice")))).containsExactly(user("alice"));
        checks.check(user("alice"));
        assertThat(checks.due(List.of(user("alice")))).isEmpty();
        pass(Duration.ofSeconds(10));
        assertThat(checks.due(List.of(user("alice")))).containsExactly(user("alice"));
    }

    /**
     * The token of a partner's user names its groups as rules do; what the directory says now is of the partner's
     * domain all the same.
     */
    @Test
    void groupsOfNowBelongToTheDomainOfTheirUser() {
        back.put(
                "mallory",
                AccountStatus.Active.in(new Membership(Set.of("staff"), Identity.GroupNames.OF_THE_DOMAIN, Set.of())));
        Identity mallory =
                user("mallory").withDomain(Optional.of("PARTNER")).withGroupsAsInRules(Set.of("PARTNER\\guests"));

        assertThat(checks.check(mallory))
                .isEqualTo(new AccountVerdict.Active(mallory.withGroupsAsInRules(Set.of("PARTNER\\staff"))));
    }

    @Test
    void aDirectoryThatTellsNoGroupsLeavesThoseOfTheSignIn() {
        back.put("alice", AccountStatus.Active.WITHOUT_GROUPS);
        assertThat(checks.check(user("alice"))).isEqualTo(new AccountVerdict.Active(user("alice")));
    }

    @Test
    void anAccountThatIsGoneIsToldOnceForEachQuestion() {
        back.put("alice", new AccountStatus.Gone("removed"));
        assertThat(checks.check(user("alice"))).isEqualTo(new AccountVerdict.Gone("removed"));
        assertThat(checks.check(user("ALICE"))).isEqualTo(new AccountVerdict.Gone("removed"));
        assertThat(asked).containsExactly("alice");
        assertThat(gone).containsExactly("alice: removed");
    }

    @Test
    void anAnswerCountsForAMoment() {
        back.put("alice", AccountStatus.Active.WITHOUT_GROUPS);
        checks.check(user("alice"));
        pass(Duration.ofMillis(1_999));
        checks.check(user("alice"));
        assertThat(asked).hasSize(1);
        pass(Duration.ofMillis(1));
        checks.check(user("alice"));
        assertThat(asked).hasSize(2);
    }

    @Test
    void whoCannotBeAskedAboutKeepsTheLastWordAndItsAge() {
        back.put("alice", new AccountStatus.Unavailable("silent"));
        assertThat(checks.check(user("alice"))).isEqualTo(new AccountVerdict.Unavailable("silent", Optional.empty()));
        back.put("alice", AccountStatus.Active.WITHOUT_GROUPS);
        pass(Duration.ofMinutes(1));
        checks.check(user("alice"));
        back.put("alice", new AccountStatus.Unavailable("silent"));
        pass(Duration.ofMinutes(14));
        assertThat(checks.check(user("alice")))
                .isEqualTo(new AccountVerdict.Unavailable("silent", Optional.of(Duration.ofMinutes(14))));
        assertThat(checks.isRecent(Duration.ofMinutes(14))).isTrue();
        assertThat(checks.isRecent(Duration.ofMinutes(15))).isFalse();
        assertThat(gone).isEmpty();
    }

    @Test
    void aBackEndThatLetsSomebodyWaitInVainIsLeftAloneForAWhile() {
        slowness = Duration.ofSeconds(5);
        back.put("alice", new AccountStatus.Unavailable("silent"));
        back.put("bob", AccountStatus.Active.WITHOUT_GROUPS);
        checks.check(user("alice"));
        slowness = Duration.ZERO;
        assertThat(checks.check(user("bob"))).isEqualTo(new AccountVerdict.Unavailable("silent", Optional.empty()));
        pass(Duration.ofSeconds(10));
        assertThat(checks.check(user("bob"))).isEqualTo(new AccountVerdict.Active(user("bob")));
        assertThat(asked).containsExactly("alice", "bob");
    }

    /** One provider may ask the servers of several domains. */
    @Test
    void aDomainWhoseServersAreSilentDoesNotKeepThoseOfAnotherFromBeingAsked() {
        Identity mallory = user("mallory").withDomain(Optional.of("PARTNER"));
        Identity bob = user("bob").withDomain(Optional.of("CORP"));
        back.put("mallory", new AccountStatus.Unavailable("silent"));
        back.put("bob", AccountStatus.Active.WITHOUT_GROUPS);
        slowness = Duration.ofSeconds(5);
        checks.check(mallory);
        slowness = Duration.ZERO;
        assertThat(checks.check(bob)).isInstanceOf(AccountVerdict.Active.class);
    }

    @Test
    void aDirectoryThatThrowsIsUnavailable() {
        assertThat(checks.check(user("bob")))
                .isEqualTo(new AccountVerdict.Unavailable(
                        "provider failed: java.lang.IllegalStateException", Optional.empty()));
        assertThat(failures).containsExactly("local: broken");
    }

    @Test
    void othersAreNotAskedAbout() {
        Identity elsewhere =
                new Identity("oidc", "oidc", "dora", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
        assertThat(checks.check(user("uncovered"))).isEqualTo(new AccountVerdict.NotCovered());
        assertThat(checks.check(elsewhere)).isEqualTo(new AccountVerdict.NotCovered());
        assertThat(checks.due(List.of(user("uncovered"), elsewhere))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void itIsTimeToAskAboutThoseWhoWaitedForTheIntervalTheLongestFirst() {
        back.put("carol", AccountStatus.Active.WITHOUT_GROUPS);
        assertThat(checks.due(List.of(user("alice")))).as("signed in just now").isEmpty();
        pass(Duration.ofMinutes(5));
        assertThat(checks.due(List.of(user("bob"), user("carol"), user("alice"))))
                .isEmpty();
        pass(Duration.ofMinutes(5));
        checks.check(user("carol"));
        pass(Duration.ofMinutes(10));

        assertThat(checks.due(List.of(user("bob"), user("carol"), user("ALICE"), user("alice"))))
                .extracting(Identity::user)
                .containsExactly("ALICE", "bob");
    }

    /** Eight questions at one back end; and one about one account, whose answer all get who asked meanwhile. */
    @Test
    void questionsAtOnceAreBounded() throws Exception {
        CountDownLatch entered = new CountDownLatch(8);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicLong count = new AtomicLong();
        AccountChecks slow = checks(new AccountDirectory() {
            @Override
            public boolean covers(Identity identity) {
                return true;
            }

            @Override
            public AccountStatus check(Identity identity) {
                count.incrementAndGet();
                entered.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return AccountStatus.Active.WITHOUT_GROUPS;
            }
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<AccountVerdict>> verdicts = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Identity user = user("user" + i / 2);
                verdicts.add(threads.submit(() -> slow.check(user)));
            }
            entered.await();
            Future<AccountVerdict> ninth = threads.submit(() -> slow.check(user("ninth")));
            assertThat(ninth.isDone()).isFalse();
            assertThat(count).hasValue(8);
            answer.countDown();
            for (Future<AccountVerdict> verdict : verdicts) {
                assertThat(verdict.get()).isInstanceOf(AccountVerdict.Active.class);
            }
            assertThat(ninth.get()).isInstanceOf(AccountVerdict.Active.class);
            assertThat(count).hasValue(9);
        }
    }
}
