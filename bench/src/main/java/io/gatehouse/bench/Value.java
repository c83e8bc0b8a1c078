package io.gatehouse.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One number that was measured.
 *
 * @param figure what was measured, for people; no quotation mark or backslash
 * @param unit of the number
 * @param proxy who was measured
 * @param round from 1; numbers of one round were measured one after the other
 */
record Value(String figure, String unit, String proxy, int round, double number) {
    private static final Pattern JSON = Pattern.compile("\\{\"figure\":\"([^\"]*)\",\"unit\":\"([^\"]*)\","
            + "\"proxy\":\"([^\"]*)\",\"round\":([0-9]+),\"value\":([-0-9.]+)}");

    /** One line. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"figure\":\"%s\",\"unit\":\"%s\",\"proxy\":\"%s\",\"round\":%d,\"value\":%.6f}",
                figure,
                unit,
                proxy,
                round,
                number);
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException if the line is another one
     */
    static Value parse(String line) {
        Matcher matcher = JSON.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(line + " (expected a line of bench/results)");
        }
        return new Value(
                matcher.group(1),
                matcher.group(2),
                matcher.group(3),
                Integer.parseInt(matcher.group(4)),
                Double.parseDouble(matcher.group(5)));
    }
}
