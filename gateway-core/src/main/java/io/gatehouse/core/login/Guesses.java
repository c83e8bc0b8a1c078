package io.gatehouse.core.login;

import java.util.List;
import java.util.stream.Stream;

/**
 * The guesses of one window, oldest first; never longer than the limit that its owner checks. Immutable.
 *
 * @param guesses each with a number of its own
 */
record Guesses(List<Guess> guesses) {
    static final Guesses NONE = new Guesses(List.of());

    /**
     * One guess.
     *
     * @param number tells it from all others
     * @param at when, in milliseconds since the epoch
     */
    record Guess(long number, long at) {}

    Guesses {
        guesses = List.copyOf(guesses);
    }

    int count() {
        return guesses.size();
    }

    /** Those after {@code time}. */
    Guesses since(long time) {
        if (guesses.isEmpty() || guesses.getFirst().at() > time) {
            return this;
        }
        return new Guesses(guesses.stream().filter(guess -> guess.at() > time).toList());
    }

    Guesses with(long number, long at) {
        return new Guesses(Stream.concat(guesses.stream(), Stream.of(new Guess(number, at)))
                .toList());
    }

    Guesses without(long number) {
        return new Guesses(
                guesses.stream().filter(guess -> guess.number() != number).toList());
    }
}
