package io.gatehouse.core.login;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Slows guessing down, by account and by source, without ever locking an account.
 *
 * <p>Every guess is charged before a back end is asked, for the length of a window; guesses that are under way count, so that
 * parallel ones cannot slip through. The rules:
 *
 * <ul>
 *   <li>a source (an IPv4 address or an IPv6 /64) may make {@code perSource} guesses in a window, including those that the
 *       limit of an account then stops;
 *   <li>at one account, {@code perAccount} guesses may be made in a window by all sources together; the last quarter of them is
 *       kept for sources without any other guess in the window, so that one persistent stranger cannot use up what the
 *       account's owner needs to sign in from somewhere new;
 *   <li>a source that signed in to an account within the last week has {@code perAccount} guesses at this account for itself:
 *       strangers, even behind the same address translation, cannot keep the owner out from there;
 *   <li>a success gives back its own charge only: somebody with one valid account cannot clear the slate of the source.
 * </ul>
 *
 * <p>Accounts and sources are kept as keyed digests. Memory is bounded: beyond {@value #MAX_ENTRIES} entries, old ones are
 * forgotten, which permits guesses and never refuses any. Safe for use by many threads.
 */
public final class GuessBudget {
    private static final int MAX_ENTRIES = 65_536;
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private final Clock clock;
    private final int perAccount;
    private final int perAccountOfBusySources;
    private final int perSource;
    private final long windowMillis;
    private final GuessKeys keys = new GuessKeys();
    private final AtomicLong numbers = new AtomicLong();
    private final Cache<GuessKeys.Key, Guesses> guesses;
    private final Cache<GuessKeys.Key, Boolean> signedIn;

    /**
     * A budget.
     *
     * @param perAccount guesses at one account in a window, at least 1
     * @param perSource guesses of one source in a window, at least 1
     * @param window how long a guess counts
     */
    public GuessBudget(Clock clock, int perAccount, int perSource, Duration window) {
        if (perAccount < 1 || perSource < 1 || window.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "guess budget of %d per account and %d per source in %s (expected positive)"
                            .formatted(perAccount, perSource, window));
        }
        this.clock = clock;
        this.perAccount = perAccount;
        this.perAccountOfBusySources = perAccount - perAccount / 4;
        this.perSource = perSource;
        this.windowMillis = window.toMillis();
        this.guesses = cache(window);
        this.signedIn = cache(REMEMBERED);
    }

    private <V> Cache<GuessKeys.Key, V> cache(Duration life) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(life)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .executor(Runnable::run)
                .build();
    }

    /**
     * Charges one guess of {@code source} at {@code account}, to be called before the back end is asked.
     *
     * @param account the normalised name
     * @return empty when the budget is spent: the back end must not be asked
     */
    public Optional<Charge> charge(InetAddress source, String account) {
        GuessKeys.Key pair = keys.pair(source, account);
        if (signedIn.getIfPresent(pair) != null) {
            return take(pair, perAccount).map(taken -> new Charge(pair, taken, Optional.empty()));
        }
        Optional<Taken> ofSource = take(keys.source(source), perSource);
        if (ofSource.isEmpty()) {
            return Optional.empty();
        }
        int limit = ofSource.get().wasFirst() ? perAccount : perAccountOfBusySources;
        return take(keys.account(account), limit).map(taken -> new Charge(pair, taken, ofSource));
    }

    /** How many windows are kept. */
    long entries() {
        guesses.cleanUp();
        return guesses.estimatedSize();
    }

    /** One guess in one window. */
    private record Taken(GuessKeys.Key key, long number, boolean wasFirst) {}

    private Optional<Taken> take(GuessKeys.Key key, int limit) {
        long now = clock.millis();
        long number = numbers.incrementAndGet();
        int[] before = new int[1];
        guesses.asMap().compute(key, (_, known) -> {
            Guesses current = known == null ? Guesses.NONE : known.since(now - windowMillis);
            before[0] = current.count();
            return current.count() < limit ? current.with(number, now) : current;
        });
        return before[0] < limit ? Optional.of(new Taken(key, number, before[0] == 0)) : Optional.empty();
    }

    private void giveBack(Taken taken) {
        guesses.asMap().computeIfPresent(taken.key(), (_, known) -> known.without(taken.number()));
    }

    /** One guess that was charged. It stays charged unless it is given back. Safe for use by many threads. */
    public final class Charge {
        private final GuessKeys.Key pair;
        private final Taken first;
        private final Optional<Taken> second;

        private Charge(GuessKeys.Key pair, Taken first, Optional<Taken> second) {
            this.pair = pair;
            this.first = first;
            this.second = second;
        }

        /** Gives the charge back, because it turned out not to be a wrong guess. Doing so again changes nothing. */
        public void refund() {
            giveBack(first);
            second.ifPresent(GuessBudget.this::giveBack);
        }

        /** Gives the charge back and remembers that the source signed in to the account. */
        public void succeeded() {
            signedIn.put(pair, Boolean.TRUE);
            refund();
        }
    }
}
