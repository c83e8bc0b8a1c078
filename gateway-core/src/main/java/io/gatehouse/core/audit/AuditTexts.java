package io.gatehouse.core.audit;

import io.gatehouse.formats.text.PrintableText;

/** Makes text of strangers safe for formats that have no escapes for what terminals and parsers trip over. */
final class AuditTexts {
    private AuditTexts() {}

    /** {@code text} with every character that is not printable as {@code \\uXXXX}. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (PrintableText.isPrintable(character)) {
                safe.appendCodePoint(character);
            } else {
                safe.append(String.format("\\u%04x", character));
            }
        });
        return safe.toString();
    }

    /** {@code text} with a backslash in front of each of {@code special}. */
    static String escaped(String text, String special) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(character -> {
            if (special.indexOf(character) >= 0) {
                escaped.append('\\');
            }
            escaped.append((char) character);
        });
        return escaped.toString();
    }
}
