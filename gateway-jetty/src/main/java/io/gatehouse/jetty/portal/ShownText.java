package io.gatehouse.jetty.portal;

import io.gatehouse.formats.text.PrintableText;

/**
 * Text of strangers on pages for administrators: characters that cannot be seen, or that change the direction of what
 * follows, are shown as their numbers, as are accents piled up on one another. The length is bounded. Templates escape
 * the rest.
 */
final class ShownText {
    private static final int LONGEST = 300;
    /** More accents on one letter than any language has run over the lines around them. */
    private static final int MOST_MARKS = 4;

    private ShownText() {}

    /** {@code text}, harmless on a page. */
    static String of(String text) {
        return of(text, LONGEST);
    }

    /** {@code text}, whose length is bounded elsewhere, harmless on a page. */
    static String whole(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    private static String of(String text, int longest) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), longest) + 8);
        int at = 0;
        int marks = 0;
        while (at < text.length() && shown.length() < longest) {
            int character = text.codePointAt(at);
            marks = isMark(character) ? marks + 1 : 0;
            if (PrintableText.isPrintable(character) && marks <= MOST_MARKS) {
                shown.appendCodePoint(character);
            } else {
                shown.append(String.format("\\u%04x", character));
            }
            at += Character.charCount(character);
        }
        return at < text.length() ? shown.append('…').toString() : shown.toString();
    }

    private static boolean isMark(int character) {
        int type = Character.getType(character);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
