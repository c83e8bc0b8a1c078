package io.gatehouse.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlPosition;

/**
 * Collects what is wrong while a file is read. It knows where each key stands, and that a key which already has a
 * problem needs no second one: whoever checks values later may therefore look at stand-ins for what could not be read.
 */
final class Problems {
    /** Nobody reads more. */
    private static final int MOST = 500;

    private final String file;
    private final Map<String, TomlPosition> positions = new HashMap<>();
    private final List<Problem> errors = new ArrayList<>();
    private final Set<String> excused = new HashSet<>();
    private final List<Problem> warnings = new ArrayList<>();
    private boolean syntaxIsBroken;
    private int lastLineUnderstood = Integer.MAX_VALUE;

    Problems(String file) {
        this.file = file;
    }

    /** Remembers where {@code key} stands. */
    void place(String key, @Nullable TomlPosition position) {
        if (position != null) {
            positions.put(key, position);
        }
    }

    /** Whether {@code key} stands in the file. */
    boolean isPlaced(String key) {
        return positions.containsKey(key);
    }

    /** Wants to hear nothing about {@code key}, because what is wrong with it was said elsewhere. */
    void excuse(String key) {
        excused.add(key);
    }

    /**
     * A syntax error. From now on a key that is missing may have been lost to it, so only keys that were read are
     * judged; and after a broken table header even those may belong elsewhere.
     */
    void syntax(TomlPosition position, String message, boolean inHeader) {
        errors.add(new Problem(file, position.line(), position.column(), "", message));
        syntaxIsBroken = true;
        if (inHeader) {
            lastLineUnderstood = Math.min(lastLineUnderstood, position.line());
        }
    }

    /** A problem of the file as a whole. */
    void file(String message) {
        errors.add(new Problem(file, 0, 0, "", message));
    }

    /** A problem of {@code key}, unless it or a part of it already has one. */
    void at(String key, String message) {
        TomlPosition own = positions.get(key);
        boolean uncertain = syntaxIsBroken && (own == null || own.line() > lastLineUnderstood);
        if (uncertain || errors.size() >= MOST) {
            return;
        }
        boolean said = excused.stream().anyMatch(other -> isPartOf(key, other))
                || errors.stream().anyMatch(error -> isPartOf(error.key(), key) || isPartOf(key, error.key()));
        if (!said) {
            errors.add(problem(key, message));
        }
    }

    /** Whether {@code key}, or a part of it, has a problem already. */
    boolean isFaulty(String key) {
        return errors.stream().anyMatch(error -> isPartOf(error.key(), key));
    }

    /** Something legal that is hardly meant. */
    void warn(String key, String message) {
        warnings.add(problem(key, message));
    }

    private Problem problem(String key, String message) {
        String place = key;
        while (!place.isEmpty() && !positions.containsKey(place)) {
            place = parent(place);
        }
        TomlPosition position = positions.get(place);
        return position == null
                ? new Problem(file, 0, 0, key, message)
                : new Problem(file, position.line(), position.column(), key, message);
    }

    private static boolean isPartOf(String part, String whole) {
        return !whole.isEmpty()
                && part.startsWith(whole)
                && (part.length() == whole.length() || ".[".indexOf(part.charAt(whole.length())) >= 0);
    }

    private static String parent(String key) {
        return key.substring(0, Math.max(0, Math.max(key.lastIndexOf('.'), key.lastIndexOf('['))));
    }

    /** All errors, in the order of the file. */
    List<Problem> errors() {
        return sorted(errors);
    }

    /** All warnings, in the order of the file. */
    List<Problem> warnings() {
        return sorted(warnings);
    }

    private static List<Problem> sorted(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
