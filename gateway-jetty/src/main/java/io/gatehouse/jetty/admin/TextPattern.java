package io.gatehouse.jetty.admin;

import io.gatehouse.core.text.AccountNames;
import java.util.List;

/** A pattern of a filter: upper and lower case are the same, and {@code *} stands for any text. Immutable. */
public final class TextPattern {
    private final List<String> parts;

    private TextPattern(List<String> parts) {
        this.parts = parts;
    }

    /** The pattern that {@code text} is. */
    public static TextPattern of(String text) {
        return new TextPattern(List.of(AccountNames.folded(text).split("\\*", -1)));
    }

    /** Whether all of {@code text} is what the pattern says. */
    public boolean matches(String text) {
        return matchesFolded(AccountNames.folded(text));
    }

    private boolean matchesFolded(String text) {
        String last = parts.getLast();
        if (parts.size() == 1) {
            return text.equals(last);
        }
        if (!text.startsWith(parts.getFirst())
                || text.length() < parts.getFirst().length() + last.length()
                || !text.endsWith(last)) {
            return false;
        }
        int at = parts.getFirst().length();
        int end = text.length() - last.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = text.indexOf(part, at);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            at = found + part.length();
        }
        return true;
    }
}
