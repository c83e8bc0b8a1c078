package io.gatehouse.core.net;

import io.gatehouse.core.text.Parsed;

/**
 * Ports from {@code first} to {@code last}, both included.
 *
 * @param first 1 to 65535
 * @param last {@code first} to 65535
 */
public record PortRange(int first, int last) {

    /** Reads {@code 3389}, {@code 3390-3399} or {@code *}. */
    public static Parsed<PortRange> parse(String text) {
        if (text.equals("*")) {
            return Parsed.valid(new PortRange(1, 65535));
        }
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            return Parsed.faulty("\"" + text + "\" (expected a port, a range such as \"3390-3399\" or \"*\")");
        }
        int hyphen = text.indexOf('-');
        int first = Integer.parseInt(hyphen < 0 ? text : text.substring(0, hyphen));
        int last = Integer.parseInt(text.substring(hyphen + 1));
        if (first < 1 || last > 65535 || last < first) {
            return Parsed.faulty("\"" + text + "\" (expected ports from 1 to 65535, the smaller first)");
        }
        return Parsed.valid(new PortRange(first, last));
    }

    /** Whether {@code port} is one of them. */
    public boolean contains(int port) {
        return first <= port && port <= last;
    }
}
