package io.gatehouse.core.text;

import java.util.function.Function;

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

    /** Whether {@code text} begins as {@link #write} does; other text is from before there was a count. */
    public static boolean isCounted(String what, String text) {
        return text.startsWith(what + ", ");
    }

    /**
     * What {@code read} makes of the lines of what {@link #write} wrote, with an empty one in the place of the first,
     * so that they keep their numbers. Text without a count is read as it is.
     */
    public static <T> Parsed<T> parse(String what, String text, Function<String, Parsed<T>> read) {
        if (!isCounted(what, text)) {
            return read.apply(text);
        }
        String lines = text.substring(text.indexOf('\n') + 1);
        return text.equals(write(what, lines)) && (lines.isEmpty() || lines.endsWith("\n"))
                ? read.apply("\n" + lines)
                : Parsed.faulty("the file was cut or changed (expected the first line \"" + what + ", " + count(lines)
                        + " lines\", and a line feed at the end)");
    }

    private static long count(String lines) {
        return lines.chars().filter(character -> character == '\n').count();
    }
}
