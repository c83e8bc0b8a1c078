package io.gatehouse.core.guess;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Guesses that count, oldest first; never more than the limit that their owner checks. Immutable.
 *
 * @param all each with a number of its own
 */
record Guesses(List<Guess> all) {
    static final Guesses NONE = new Guesses(List.of());

    /**
     * One guess.
     *
     * @param number tells it from all others
     * @param at when it was charged, or was found to be wrong, by the monotonic clock
     * @param byStranger whether it came from a source that never signed in to the account
     * @param underWay whether the back end has not answered yet
     */
    record Guess(long number, long at, boolean byStranger, boolean underWay) {
        /**
         * How long ago the back end saw it at the latest. It may do so as long as it has not answered; one that never
         * does so is taken for wrong in the end.
         */
        private long age(long now, long window) {
            return underWay ? Math.max(0, now - at - window) : now - at;
        }
    }

    Guesses {
        all = List.copyOf(all);
    }

    int count() {
        return all.size();
    }

    int countByStrangers() {
        return (int) all.stream().filter(Guess::byStranger).count();
    }

    /** Those of the last {@code window} nanoseconds. */
    Guesses within(long now, long window) {
        return all.isEmpty() || now - all.getFirst().at() < window
                ? this
                : filtered(guess -> guess.age(now, window) < window);
    }

    /** All, or none when the back end saw none of them in the last {@code window} nanoseconds. */
    Guesses unlessQuiet(long now, long window) {
        return all.stream().allMatch(guess -> guess.age(now, window) >= window) ? NONE : this;
    }

    /** Those that were found to be wrong. */
    Guesses wrong() {
        return filtered(guess -> !guess.underWay());
    }

    Guesses with(Guess guess) {
        return new Guesses(Stream.concat(all.stream(), Stream.of(guess)).toList());
    }

    /** What is under way, and the newest {@code most} of those that were found to be wrong. */
    Guesses newest(int most) {
        int[] surplus = {wrong().count() - most};
        return surplus[0] <= 0 ? this : filtered(guess -> guess.underWay() || surplus[0]-- <= 0);
    }

    Guesses without(long number) {
        return filtered(guess -> guess.number() != number);
    }

    private Guesses filtered(Predicate<Guess> wanted) {
        return new Guesses(all.stream().filter(wanted).toList());
    }
}
