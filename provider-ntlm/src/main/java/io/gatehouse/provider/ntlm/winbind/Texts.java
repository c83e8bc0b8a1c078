package io.gatehouse.provider.ntlm.winbind;

/** Makes text of other programs fit for messages and the audit log. */
final class Texts {
    private static final int LONGEST = 300;

    private Texts() {}

    /** Whether a character only stands there: no control, no line end, no direction of writing. */
    static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    static boolean isPrintable(String text) {
        return text.codePoints().allMatch(Texts::isPrintable);
    }

    /** One line of bounded length. */
    static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.strip()
                .codePoints()
                .limit(LONGEST)
                .map(character -> isPrintable(character) ? character : '?')
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}
