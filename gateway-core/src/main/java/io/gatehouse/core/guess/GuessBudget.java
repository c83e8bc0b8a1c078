package io.gatehouse.core.guess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.guess.GuessLimits.Standing;
import io.gatehouse.core.guess.Guesses.Guess;
import io.gatehouse.core.limits.Rank;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Slows guessing down, by account and by source, so that no guesser can make a back end lock an account.
 *
 * <p>Every guess is charged before a back end is asked, and counts while it is under way. All spellings of an account
 * ({@link GuessedName}) have one budget, whatever the method. {@link GuessLimits} says who may use how much of it; at
 * one account
 *
 * <ul>
 *   <li>all sources together have {@code perAccount} wrong guesses, ever, until the back end saw none for the length of
 *       the window: this is how directories count towards a lock-out, too;
 *   <li>strangers, the sources that did not sign in to the account within the last week, together have half of them, so
 *       that they cannot use up what the account's owner needs at home;
 *   <li>the last ones of both are kept for sources without any wrong guess in the window, so that one persistent
 *       guesser, or a device with an old password, cannot use up what the owner needs elsewhere.
 * </ul>
 *
 * <p>A source (an IPv4 address or an IPv6 /64) has {@code perSource} guesses in a window at all accounts that it is a
 * stranger to, including those that the budget of an account then stops. Guesses whose account may be another one than
 * they say have {@code perAccount} of a source, whatever they say. A success gives back its own charge only: somebody
 * with one valid account cannot clear the slate of the source.
 *
 * <p>Accounts and sources are kept as keyed digests. Memory is bounded: guesses at accounts are counted in a table of
 * fixed size whose places accounts share by chance, so that a flood of names makes it forget nothing; of sources, old
 * ones are forgotten beyond {@value #MAX_ENTRIES}, which permits guesses and never refuses any. Safe for use by many
 * threads.
 */
public final class GuessBudget {
    private static final int MAX_ENTRIES = 65_536;
    /** A power of 2. */
    private static final int PLACES = 131_072;

    private static final int SWEPT_AT_ONCE = 4;
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private final MonotonicClock clock;
    private final GuessLimits limits;
    private final long window;
    private final GuessKeys keys = new GuessKeys();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private final @Nullable Guesses[] accounts = new Guesses[PLACES];
    private final Cache<GuessKeys.Key, Guesses> sources;
    private final Cache<GuessKeys.Key, Boolean> signedIn;
    private long numbers;
    private int swept;

    /**
     * A budget.
     *
     * @param perAccount wrong guesses at one account, at least 1
     * @param perSource guesses of one source in a window, at least 1
     * @param window how long a guess counts
     */
    public GuessBudget(MonotonicClock clock, int perAccount, int perSource, Duration window) {
        if (perAccount < 1 || perSource < 1 || window.toNanos() < 1) {
            throw new IllegalArgumentException(
                    "guess budget of %d per account and %d per source in %s (expected positive)"
                            .formatted(perAccount, perSource, window));
        }
        this.clock = clock;
        this.limits = new GuessLimits(perAccount, perSource);
        this.window = window.toNanos();
        this.sources = cache(window.multipliedBy(2));
        this.signedIn = cache(REMEMBERED);
    }

    private <V> Cache<GuessKeys.Key, V> cache(Duration life) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(life)
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Charges one guess of {@code source} at {@code account}, to be called before the back end is asked. Does not wait.
     *
     * @param account the name as it was claimed, in any spelling
     * @return empty when the budget is spent: the back end must not be asked
     */
    public Optional<Charge> charge(InetAddress source, String account) {
        return charge(source, account, Duration.ZERO);
    }

    /**
     * Charges one guess of {@code source} at {@code account}, to be called before the back end is asked. When only
     * guesses that are under way stand against it, waits for their answers: somebody who signs in by many connections
     * at once is right with all of them.
     *
     * @param account the name as it was claimed, in any spelling
     * @param patience how long to wait at most, by the machine's own clock
     * @return empty when the budget is spent, or the answers did not come: the back end must not be asked
     */
    public Optional<Charge> charge(InetAddress source, String account, Duration patience) {
        return charge(guesser(source, account, false), patience);
    }

    /**
     * Does the same for a guess whose {@code account} may be another than it says, and which therefore counts against
     * the source as well, whatever it says.
     */
    public Optional<Charge> chargeHidden(InetAddress source, String account, Duration patience) {
        return charge(guesser(source, account, true), patience);
    }

    private Guesser guesser(InetAddress source, String account, boolean hides) {
        String name = GuessedName.of(account);
        return new Guesser(
                keys.source(source),
                keys.pair(source, name),
                keys.residents(source),
                hides ? Optional.of(keys.hidden(source)) : Optional.empty(),
                place(keys.account(name)));
    }

    private Optional<Charge> charge(Guesser guesser, Duration patience) {
        long nanosLeft = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                Standing standing = standing(guesser);
                switch (limits.judge(standing)) {
                    case FREE -> {
                        return Optional.of(take(guesser, standing));
                    }
                    case UNDER_WAY -> {
                        if (nanosLeft <= 0) {
                            return Optional.empty();
                        }
                        nanosLeft = answered.awaitNanos(nanosLeft);
                    }
                    case SPENT -> {
                        countThrottled(guesser, standing);
                        return Optional.empty();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that {@code source} signed in to {@code account} without a guess that was charged here. */
    public void signedIn(InetAddress source, String account) {
        signedIn.put(keys.pair(source, GuessedName.of(account)), Boolean.TRUE);
    }

    /** How many sources are known. */
    long entries() {
        sources.cleanUp();
        return sources.estimatedSize();
    }

    /**
     * Who guesses at what.
     *
     * @param source where from
     * @param pair where from and at which account
     * @param residents where from, at the accounts that signed in from there
     * @param hidden where from, when the account may be another
     * @param place where the account's guesses are counted
     */
    private record Guesser(
            GuessKeys.Key source,
            GuessKeys.Key pair,
            GuessKeys.Key residents,
            Optional<GuessKeys.Key> hidden,
            int place) {}

    private static int place(GuessKeys.Key account) {
        return (int) (account.low() & (PLACES - 1));
    }

    private Standing standing(Guesser guesser) {
        long now = clock.nanos();
        boolean stranger = signedIn.getIfPresent(guesser.pair()) == null;
        return new Standing(
                stranger,
                guessed(stranger ? guesser.source() : guesser.pair(), now),
                guessed(guesser.residents(), now),
                guesser.hidden().map(hidden -> guessed(hidden, now)).orElse(Guesses.NONE),
                atAccount(guesser.place(), now));
    }

    private Guesses guessed(GuessKeys.Key key, long now) {
        return sources.asMap().getOrDefault(key, Guesses.NONE).within(now, window);
    }

    private Guesses atAccount(int place, long now) {
        Guesses known = accounts[place];
        return known == null ? Guesses.NONE : known.unlessQuiet(now, window);
    }

    private Charge take(Guesser guesser, Standing standing) {
        Guess guess = new Guess(++numbers, clock.nanos(), standing.byStranger(), true);
        List<GuessKeys.Key> counted = new ArrayList<>();
        if (standing.byStranger()) {
            counted.add(guesser.source());
            sources.put(guesser.source(), standing.bySource().with(guess));
        } else {
            counted.add(guesser.pair());
            sources.put(guesser.pair(), standing.bySource().with(guess));
            counted.add(guesser.residents());
            sources.put(
                    guesser.residents(), limits.newest(standing.atResidents().with(guess)));
        }
        guesser.hidden().ifPresent(hidden -> {
            counted.add(hidden);
            sources.put(hidden, standing.hidden().with(guess));
        });
        accounts[guesser.place()] = standing.atAccount().with(guess);
        sweep();
        return new Charge(guesser, List.copyOf(counted), guess, rank(standing));
    }

    private static Rank rank(Standing standing) {
        if (!standing.byStranger()) {
            return Rank.SIGNED_IN_BEFORE;
        }
        return standing.bySource().wrong().count() == 0 ? Rank.NEW : Rank.GUESSED_WRONG;
    }

    /** A guess that the account's budget stops counts for the source, or trying would cost nothing. */
    private void countThrottled(Guesser guesser, Standing standing) {
        if (standing.byStranger() && limits.leaveRoomFor(standing.bySource())) {
            Guess guess = new Guess(++numbers, clock.nanos(), true, false);
            sources.put(guesser.source(), standing.bySource().with(guess));
        }
    }

    /** Frees a few places whose guesses count no more. */
    private void sweep() {
        for (int i = 0; i < SWEPT_AT_ONCE; i++) {
            swept = (swept + 1) & (PLACES - 1);
            if (accounts[swept] != null && atAccount(swept, clock.nanos()).count() == 0) {
                accounts[swept] = null;
            }
        }
    }

    /**
     * One guess that was charged, and is under way until one of the methods says how it ended; the first that does so
     * counts.
     */
    public final class Charge implements AutoCloseable {
        private final Guesser guesser;
        private final List<GuessKeys.Key> counted;
        private final Guess guess;
        private final Rank rank;
        private boolean settled;

        private Charge(Guesser guesser, List<GuessKeys.Key> counted, Guess guess, Rank rank) {
            this.guesser = guesser;
            this.counted = counted;
            this.guess = guess;
            this.rank = rank;
        }

        /** How the guesser ranks among those who want something computed. */
        public Rank rank() {
            return rank;
        }

        /** It was no wrong guess, or the back end did not look at it: gives the charge back. */
        public void refund() {
            settle(Optional.empty());
        }

        /** It was right: gives the charge back and remembers that the source signed in to the account. */
        public void succeeded() {
            signedIn.put(guesser.pair(), Boolean.TRUE);
            settle(Optional.empty());
        }

        /** It was wrong: it stays charged for the length of the window, from now on. */
        public void stays() {
            settle(Optional.of(new Guess(guess.number(), clock.nanos(), guess.byStranger(), false)));
        }

        /**
         * The back end was asked and never answered: it stays charged like a wrong one, or a guesser would have as many
         * as fit into an outage. A source that signed in before gets it back, so that an outage costs nobody the way in
         * from home.
         */
        public void unanswered() {
            if (guess.byStranger()) {
                stays();
            } else {
                refund();
            }
        }

        /** Does what {@link #stays} does, unless it is known how the guess ended. */
        @Override
        public void close() {
            stays();
        }

        private void settle(Optional<Guess> wrong) {
            lock.lock();
            try {
                if (settled) {
                    return;
                }
                settled = true;
                counted.forEach(key -> sources.asMap().computeIfPresent(key, (_, known) -> settled(key, known, wrong)));
                Guesses atAccount = accounts[guesser.place()];
                accounts[guesser.place()] = settled(atAccount == null ? Guesses.NONE : atAccount, wrong);
                answered.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private Guesses settled(GuessKeys.Key key, Guesses known, Optional<Guess> wrong) {
            Guesses after = settled(known, wrong);
            return key.equals(guesser.residents()) ? limits.newest(after) : after;
        }

        private Guesses settled(Guesses known, Optional<Guess> wrong) {
            Guesses others = known.without(guess.number());
            return wrong.map(others::with).orElse(others);
        }
    }
}
