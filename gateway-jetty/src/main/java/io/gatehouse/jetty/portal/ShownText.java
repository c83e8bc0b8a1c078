package io.gatehouse.jetty.portal;

import io.gatehouse.formats.text.PrintableText;

/**
 * Text of strangers on pages for administrators: characters that cannot be seen, or that change the direction of what
 * follows, are shown as their numbers, and the length is bounded. Templates escape the rest.
 */
final class ShownText {
    private static final int LONGEST = 300;

    private ShownText() {}

    /** {@code text}, harmless on a page. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 8);
        int at = 0;
        while (at < text.length() && shown.length() < LONGEST) {
            int character = text.codePointAt(at);
            if (PrintableText.isPrintable(character)) {
                shown.appendCodePoint(character);
            } else {
                shown.append(String.format("\\u%04x", character));
            }
            at += Character.charCount(character);
        }
        return at < text.length() ? shown.append('…').toString() : shown.toString();
    }
}
