package io.gatehouse.core.text;

/** Quotes an offending text in a message. */
public final class Excerpt {
    private static final int LONGEST = 60;

    private Excerpt() {}

    /** {@code text} in double quotes, cut when it is long. */
    public static String of(String text) {
        return "\"" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text) + "\"";
    }
}
