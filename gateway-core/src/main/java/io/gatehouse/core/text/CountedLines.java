package io.gatehouse.core.text;

/**
 * Lines of a file, after a first one that says what they are and how many: {@code gatehouse grants, 2 lines}. So a file
 * that was cut is noticed, also one that was cut at the end of a line.
 */
public final class CountedLines {
    private CountedLines() {}

    /**
     * The content of a file.
     *
     * @param lines each with a line feed at its end
     */
    public static String write(String what, String lines) {
        return what + ", " + count(lines) + " lines\n" + lines;
    }

    /**
     * The lines of what {@link #write} wrote, with an empty one in the place of the first, so that they keep their
     * numbers. Text that does not begin as {@link #write} does is from before there was a count, and is left as it is.
     */
    public static Parsed<String> parse(String what, String text) {
        if (!text.startsWith(what + ", ")) {
            return Parsed.valid(text);
        }
        String lines = text.substring(text.indexOf('\n') + 1);
        return text.equals(write(what, lines)) && (lines.isEmpty() || lines.endsWith("\n"))
                ? Parsed.valid("\n" + lines)
                : Parsed.faulty("the file was cut or changed (expected the first line \"" + what + ", " + count(lines)
                        + " lines\", and a line feed at the end)");
    }

    private static long count(String lines) {
        return lines.chars().filter(character -> character == '\n').count();
    }
}
