package io.gatehouse.core.wake;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The MAC address of a network card (EUI-48).
 *
 * @param text six pairs of lower-case hexadecimal digits with colons between them
 */
public record MacAddress(String text) {
    static final Pattern SIX_PAIRS = Pattern.compile("[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\\1){4}[0-9A-Fa-f]{2}");

    private static final HexFormat PAIRS = HexFormat.ofDelimiter(":");

    /** Reads six pairs of hexadecimal digits, with colons or hyphens between them. */
    public static Parsed<MacAddress> parse(String text) {
        if (!SIX_PAIRS.matcher(text).matches()) {
            return Parsed.faulty(
                    Excerpt.of(text) + " (expected six pairs of hexadecimal digits such as \"00:11:22:33:44:55\")");
        }
        MacAddress address = new MacAddress(text.replace('-', ':').toLowerCase(Locale.ROOT));
        return (address.bytes()[0] & 1) == 0
                ? Parsed.valid(address)
                : Parsed.faulty(Excerpt.of(text) + ": a multicast address (expected that of a network card)");
    }

    /** Its six bytes. */
    byte[] bytes() {
        return PAIRS.parseHex(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
