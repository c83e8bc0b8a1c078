package io.gatehouse.formats.text;

/**
 * Tells printable text, which may stand in names, messages and logs, from other text, and makes printable text of what
 * others say.
 */
public final class PrintableText {
    private static final int LONGEST_VALUE = 200;
    private static final int LONGEST_LINE = 300;

    private PrintableText() {}

    /**
     * Whether a character only stands where it is: no control character, no end of a line, no mark that changes the
     * direction of writing or that cannot be seen, no half of a surrogate pair, and none whose look only a private
     * agreement knows.
     */
    public static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
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

    /** Whether all characters of {@code text} are printable; those of the empty text are. */
    public static boolean isPrintable(String text) {
        return text.codePoints().allMatch(PrintableText::isPrintable);
    }

    /** {@code value} in quotes, of bounded length, with a question mark for each character that is not printable. */
    public static String quoted(String value) {
        return "\"" + shown(value, LONGEST_VALUE) + "\"";
    }

    /** One line of bounded length. Blanks, ends of lines and control characters in a row become one space. */
    public static String line(String text) {
        return shown(text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip(), LONGEST_LINE);
    }

    /** What {@code problem} says as a line, or its kind when it says nothing. */
    public static String line(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.getClass().getSimpleName() : line(message);
    }

    private static String shown(String text, int longest) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(longest)
                .forEach(character -> shown.appendCodePoint(isPrintable(character) ? character : '?'));
        return text.codePointCount(0, text.length()) > longest ? shown + "…" : shown.toString();
    }
}
