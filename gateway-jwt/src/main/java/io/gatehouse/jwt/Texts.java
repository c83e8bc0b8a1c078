package io.gatehouse.jwt;

/** Text of others, made fit for an audit line: bounded, printable. */
public final class Texts {
    private static final int LONGEST = 200;

    private Texts() {}

    /** {@code text} in quotes. */
    public static String quoted(String text) {
        return "\"" + plain(text) + "\"";
    }

    public static String plain(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
    }

    /**
     * Whether a character may stand in names and logs: no control, no line separator, no bidirectional mark, no
     * surrogate.
     */
    public static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
