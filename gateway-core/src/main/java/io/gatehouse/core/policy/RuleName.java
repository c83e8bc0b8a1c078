package io.gatehouse.core.policy;

import io.gatehouse.core.text.Parsed;

/**
 * Text that can name a user, a group or a sign-in method in a rule.
 *
 * @param text as it was written
 */
record RuleName(String text) {
    static Parsed<RuleName> parse(String text) {
        if (text.isBlank() || !text.equals(text.strip())) {
            return Parsed.faulty("\"" + text + "\": empty, or space around the name");
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? Parsed.faulty(
                        "\"" + escaped(text) + "\": control character in the name (in double quotes a backslash begins"
                                + " an escape sequence; expected single quotes: '" + escaped(text) + "')")
                : Parsed.valid(new RuleName(text));
    }

    /** The text as it was typed in double quotes. */
    private static String escaped(String text) {
        StringBuilder typed = new StringBuilder();
        text.codePoints().forEach(c -> {
            int letter = "\b\t\n\f\r".indexOf(c);
            if (letter >= 0) {
                typed.append('\\').append("btnfr".charAt(letter));
            } else if (Character.isISOControl(c)) {
                typed.append(String.format("\\u%04x", c));
            } else {
                typed.appendCodePoint(c);
            }
        });
        return typed.toString();
    }
}
