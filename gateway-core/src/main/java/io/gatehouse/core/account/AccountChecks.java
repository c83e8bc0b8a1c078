package io.gatehouse.core.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.text.AccountNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks authentication back ends what became of accounts that signed in before, so that a removed user does not go on
 * for as long as sessions and tokens last.
 *
 * <p>One account is asked about once at a time, and the answer counts for a moment: clients open several tunnels for
 * one connection. One provider is asked {@value #AT_ONCE} questions at once; who must wait too long for a turn is told
 * that the back end is unavailable. Memory is bounded: beyond {@value #MOST_ACCOUNTS} accounts those that were silent
 * longest are forgotten, and then count as just signed in. Safe for use by many threads.
 */
public final class AccountChecks {
    /** How long an answer counts as if it were given now, at most. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** A back end that let somebody wait for so long in vain is not asked for some time, so that nobody else waits. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private static final Duration REST = Duration.ofSeconds(10);

    private static final int AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_ACCOUNTS = 200_000;

    private final Map<String, Asked> providers = new HashMap<>();
    private final Domains domains;
    private final MonotonicClock clock;
    private final long interval;
    private final long fresh;
    private final AccountListener listener;
    private final Cache<Key, Account> accounts;

    /** Who is asked, and for how many questions there is room. */
    private static final class Asked {
        private final AccountDirectory directory;
        private final Semaphore turns = new Semaphore(AT_ONCE, true);
        /**
         * By the domain of the account, of which there are few: the servers of one domain may be silent while those of
         * others answer.
         */
        private final Map<String, Rest> rests = new ConcurrentHashMap<>();

        Asked(AccountDirectory directory) {
            this.directory = directory;
        }
    }

    private record Rest(AccountStatus.Unavailable why, long until) {}

    private record Key(String provider, String account) {}

    /** What is known of an account. */
    private static final class Account {
        private final ReentrantLock asking = new ReentrantLock();
        private volatile long dueSince;
        private volatile @Nullable Answer answer;
        private volatile @Nullable Long confirmedAt;
        private volatile Optional<Membership> membership = Optional.empty();

        Account(long seen) {
            dueSince = seen;
        }
    }

    private record Answer(AccountStatus status, long at) {}

    /**
     * What a check came to.
     *
     * @param asked whether the back end was asked for it
     */
    private record Checked(AccountVerdict verdict, boolean asked) {}

    /**
     * Checks that know nothing yet.
     *
     * @param directories of the providers that have one, by the names of the providers
     * @param interval after which it is time to ask about an account
     */
    public AccountChecks(
            Map<String, AccountDirectory> directories,
            Domains domains,
            MonotonicClock clock,
            Duration interval,
            AccountListener listener) {
        directories.forEach((name, directory) -> providers.put(name, new Asked(directory)));
        this.domains = domains;
        this.clock = clock;
        this.interval = interval.toNanos();
        this.fresh = Math.min(this.interval / 2, FRESH.toNanos());
        this.listener = listener;
        this.accounts = Caffeine.newBuilder()
                .maximumSize(MOST_ACCOUNTS)
                .expireAfterAccess(interval.multipliedBy(2))
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Whether there is anything to ask about the account of {@code identity}. Does not wait. */
    public boolean covers(Identity identity) {
        Asked asked = providers.get(identity.provider());
        try {
            return asked != null && asked.directory.covers(identity);
        } catch (RuntimeException | LinkageError failure) {
            listener.directoryFailed(identity.provider(), failure);
            return false;
        }
    }

    /**
     * Whether the back end also tells everything about the account ({@link AccountDirectory#isComplete}). Does not
     * wait.
     */
    public boolean coversCompletely(Identity identity) {
        Asked asked = providers.get(identity.provider());
        return covers(identity) && asked != null && asked.directory.isComplete();
    }

    /**
     * Asks the back end about the account of {@code identity}, unless it was asked a moment ago. Blocks for a bounded
     * time.
     */
    public AccountVerdict check(Identity identity) {
        Asked asked = providers.get(identity.provider());
        if (asked == null || !covers(identity)) {
            return new AccountVerdict.NotCovered();
        }
        Checked checked = check(asked, identity, account(identity));
        if (checked.asked() && checked.verdict() instanceof AccountVerdict.Gone(String reason)) {
            listener.accountGone(identity, reason);
        }
        return checked.verdict();
    }

    private Checked check(Asked asked, Identity identity, Account account) {
        boolean entered = false;
        try {
            entered = account.asking.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            if (!entered) {
                return new Checked(
                        unavailable(account, "asked about for more than " + PATIENCE.toSeconds() + " s"), false);
            }
            Optional<AccountStatus> known = fresh(account);
            AccountStatus status = known.orElseGet(() -> ask(asked, identity, account));
            return new Checked(verdict(identity, account, status), known.isEmpty());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Checked(unavailable(account, "interrupted"), false);
        } finally {
            if (entered) {
                account.asking.unlock();
            }
        }
    }

    private Account account(Identity identity) {
        return accounts.get(new Key(identity.provider(), AccountNames.key(identity)), _ -> new Account(clock.nanos()));
    }

    private Optional<AccountStatus> fresh(Account account) {
        Answer last = account.answer;
        return last != null && clock.nanos() - last.at() < fresh ? Optional.of(last.status()) : Optional.empty();
    }

    private AccountStatus ask(Asked asked, Identity identity, Account account) {
        AccountStatus status = inTurn(asked, identity);
        long now = clock.nanos();
        account.answer = new Answer(status, now);
        // A back end that could not be asked is due again soon, or a short failure would keep removed users for an
        // interval.
        account.dueSince =
                status instanceof AccountStatus.Unavailable ? now - interval + Math.min(interval, REST.toNanos()) : now;
        if (status instanceof AccountStatus.Active(Optional<Membership> membership)) {
            account.confirmedAt = now;
            account.membership = membership;
        }
        return status;
    }

    private AccountStatus inTurn(Asked asked, Identity identity) {
        try {
            if (!asked.turns.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                return new AccountStatus.Unavailable("more than " + AT_ONCE + " account checks at once");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new AccountStatus.Unavailable("interrupted");
        }
        try {
            Rest rest = asked.rests.get(domain(identity));
            return rest != null && !clock.hasReached(rest.until()) ? rest.why() : atOnce(asked, identity);
        } finally {
            asked.turns.release();
        }
    }

    private AccountStatus atOnce(Asked asked, Identity identity) {
        long begun = clock.nanos();
        AccountStatus status;
        try {
            status = asked.directory.check(identity);
        } catch (RuntimeException | LinkageError failure) {
            listener.directoryFailed(identity.provider(), failure);
            status = new AccountStatus.Unavailable(
                    "provider failed: " + failure.getClass().getName());
        }
        boolean slow = clock.nanos() - begun >= SLOW.toNanos();
        if (slow && status instanceof AccountStatus.Unavailable why) {
            asked.rests.put(domain(identity), new Rest(why, clock.in(REST)));
        } else {
            asked.rests.remove(domain(identity));
        }
        return status;
    }

    private static String domain(Identity identity) {
        return AccountNames.folded(identity.domain().orElse(""));
    }

    private AccountVerdict verdict(Identity identity, Account account, AccountStatus status) {
        return switch (status) {
            case AccountStatus.Active(Optional<Membership> membership) ->
                new AccountVerdict.Active(with(identity, membership));
            case AccountStatus.Gone(String reason) -> new AccountVerdict.Gone(reason);
            case AccountStatus.Unavailable(String reason) -> unavailable(account, reason);
        };
    }

    private AccountVerdict unavailable(Account account, String reason) {
        Long confirmed = account.confirmedAt;
        return new AccountVerdict.Unavailable(
                reason, Optional.ofNullable(confirmed).map(at -> Duration.ofNanos(clock.nanos() - at)));
    }

    private Identity with(Identity identity, Optional<Membership> membership) {
        return membership
                .map(now -> AccountNames.canonical(identity.with(now), domains))
                .orElse(identity);
    }

    /** Whether what was said of an account {@code age} ago counts until it is time to ask again. */
    public boolean isRecent(Duration age) {
        return age.toNanos() < interval;
    }

    /** {@code identity} in the groups that the back end told last; asks nothing. */
    public Identity current(Identity identity) {
        Account known = known(identity);
        return known == null ? identity : with(identity, known.membership);
    }

    /**
     * {@code identity} in the groups that the back end told last, unless the sign-in told its groups later; asks
     * nothing.
     *
     * @param signedInAt a reading of the clock
     */
    public Identity current(Identity identity, long signedInAt) {
        Account known = known(identity);
        Long confirmed = known == null ? null : known.confirmedAt;
        return known == null || confirmed == null || confirmed - signedInAt < 0
                ? identity
                : with(identity, known.membership);
    }

    private @Nullable Account known(Identity identity) {
        return accounts.getIfPresent(new Key(identity.provider(), AccountNames.key(identity)));
    }

    /**
     * Why no account without a domain seems to have this name: what the back ends say that can be asked, if none knows
     * it. Empty when one does, or does not answer, or none can be asked. Nothing is certain: another back end may know
     * the account. Blocks for a bounded time.
     */
    public Optional<String> unknown(String user) {
        List<String> answers = new ArrayList<>();
        for (String provider : providers.keySet().stream().sorted().toList()) {
            Asked asked = providers.get(provider);
            Identity named = Identity.local(provider, provider, user, Set.of(), Set.of());
            if (asked == null || !covers(named)) {
                continue;
            }
            if (!(inTurn(asked, named) instanceof AccountStatus.Gone(String reason))) {
                return Optional.empty();
            }
            answers.add(provider + ": " + reason);
        }
        return answers.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", answers));
    }

    /**
     * Those of {@code users} about whom nothing was asked for the interval, one for each account, the longest first.
     * Who was not seen before is taken to have signed in just now.
     */
    public List<Identity> due(Collection<Identity> users) {
        long now = clock.nanos();
        Map<Key, Identity> each = new HashMap<>();
        List<Due> due = new ArrayList<>();
        for (Identity user : users) {
            if (each.putIfAbsent(new Key(user.provider(), AccountNames.key(user)), user) == null && covers(user)) {
                long age = now - account(user).dueSince;
                if (age >= interval) {
                    due.add(new Due(user, age));
                }
            }
        }
        return due.stream()
                .sorted(Comparator.comparingLong(Due::age).reversed())
                .map(Due::user)
                .toList();
    }

    private record Due(Identity user, long age) {}
}
