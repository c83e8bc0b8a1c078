package io.gatehouse.core.portal;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A colour of the portal's pages.
 *
 * @param rgb eight bits each of red, green and blue
 */
public record Colour(int rgb) {
    private static final Pattern FORM = Pattern.compile("#[0-9a-fA-F]{6}");

    /** Reads {@code #rrggbb}. */
    public static Parsed<Colour> parse(String text) {
        return FORM.matcher(text).matches()
                ? Parsed.valid(new Colour(Integer.parseInt(text.substring(1), 16)))
                : Parsed.faulty(Excerpt.of(text) + " (expected a colour as #rrggbb)");
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "#%06x", rgb);
    }
}
