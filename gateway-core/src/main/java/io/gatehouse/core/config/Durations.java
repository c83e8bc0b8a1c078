package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h} or {@code 1d}; at most a hundred years. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(36500);

    private Durations() {}

    /** Reads such a text. */
    public static Parsed<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Parsed.faulty(
                    Display.of(text) + " (expected a duration such as \"30s\", \"10m\", \"2h\" or \"1d\")");
        }
        long unit = unit(matcher.group(2));
        long count = Long.parseLong(matcher.group(1));
        if (count > LONGEST.toMillis() / unit) {
            return Parsed.faulty(Display.of(text) + " (expected at most \"" + format(LONGEST) + "\")");
        }
        return Parsed.valid(Duration.ofMillis(count * unit));
    }

    private static long unit(String name) {
        return switch (name) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    /** The shortest text that {@link #parse} reads as {@code duration}; what is below a millisecond is lost. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        for (String name : new String[] {"d", "h", "m", "s"}) {
            if (millis != 0 && millis % unit(name) == 0) {
                return millis / unit(name) + name;
            }
        }
        return millis == 0 ? "0s" : millis + "ms";
    }
}
