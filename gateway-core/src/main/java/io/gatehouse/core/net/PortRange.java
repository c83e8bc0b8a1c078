package io.gatehouse.core.net;

import io.gatehouse.core.text.Parsed;

/**
 * Ports from {@code first} to {@code last}, both included.
 *
 * @param first 1 to 65535
 * @param last {@code first} to 65535
 */
public record PortRange(int first, int last) {
    private static final int LOWEST = 1;
    private static final int HIGHEST = 65535;

    /** Reads {@code 3389}, {@code 3390-3399} or {@code *}. */
    public static Parsed<PortRange> parse(String text) {
        if (text.equals("*")) {
            return Parsed.valid(new PortRange(LOWEST, HIGHEST));
        }
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            return Parsed.faulty("\"" + text + "\" (expected a port, a range such as \"3390-3399\" or \"*\")");
        }
        int hyphen = text.indexOf('-');
        int first = Integer.parseInt(hyphen < 0 ? text : text.substring(0, hyphen));
        int last = Integer.parseInt(text.substring(hyphen + 1));
        if (first < LOWEST || last > HIGHEST || last < first) {
            return Parsed.faulty("\"" + text + "\" (expected ports from 1 to 65535, the smaller first)");
        }
        return Parsed.valid(new PortRange(first, last));
    }

    @Override
    public String toString() {
        if (first == LOWEST && last == HIGHEST) {
            return "*";
        }
        return first == last ? Integer.toString(first) : first + "-" + last;
    }

    /** Whether {@code port} is one of them. */
    public boolean contains(int port) {
        return first <= port && port <= last;
    }
}
