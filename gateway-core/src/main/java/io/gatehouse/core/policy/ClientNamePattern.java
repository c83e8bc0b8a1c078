package io.gatehouse.core.policy;

import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;

/**
 * A machine name that clients assert, in which {@code *} stands for any text. Case is ignored.
 *
 * @param text as it was written
 */
public record ClientNamePattern(String text) {
    private static final int LONGEST = 256;

    /** Reads a name with or without wildcards. */
    public static Parsed<ClientNamePattern> parse(String text) {
        return text.isBlank() || text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)
                ? Parsed.faulty(Excerpt.of(text) + " (expected the name of a client, such as \"LAPTOP-*\")")
                : Parsed.valid(new ClientNamePattern(text));
    }

    /** Whether {@code name} is one of those meant; takes time in proportion to both lengths multiplied, at most. */
    boolean matches(String name) {
        String pattern = AccountNames.folded(text);
        String folded = AccountNames.folded(name);
        int at = 0;
        int star = -1;
        int resume = 0;
        for (int next = 0; next < folded.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = next;
            } else if (at < pattern.length() && pattern.charAt(at) == folded.charAt(next)) {
                at++;
                next++;
            } else if (star >= 0) { // the last star takes one character more
                at = star + 1;
                next = ++resume;
            } else {
                return false;
            }
        }
        return pattern.substring(at).chars().allMatch(c -> c == '*');
    }

    @Override
    public String toString() {
        return text;
    }
}
