package io.gatehouse.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known key that a misspelt one probably means. */
final class Suggestion {
    private Suggestion() {}

    /** The known word that is nearest to {@code typed}, if one is near enough. */
    static Optional<String> among(Collection<String> known, String typed) {
        int limit = Math.max(1, Math.min(3, typed.length() / 3));
        return typed.length() > 64
                ? Optional.empty()
                : known.stream()
                        .filter(word -> distance(word, typed) <= limit)
                        .min(Comparator.comparingInt((String word) -> distance(word, typed))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code  (did you mean "word"?)} or nothing. */
    static String hint(Collection<String> known, String typed) {
        return among(known, typed)
                .map(word -> " (did you mean \"" + word + "\"?)")
                .orElse("");
    }

    /** Insertions, deletions, substitutions and swaps of neighbours that turn one into the other. */
    private static int distance(String one, String other) {
        int[][] cost = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, one, other, i, j);
            }
        }
        return cost[one.length()][other.length()];
    }

    private static int cheapest(int[][] cost, String one, String other, int i, int j) {
        int substitution = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j - 1] + substitution, Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
        boolean swapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
