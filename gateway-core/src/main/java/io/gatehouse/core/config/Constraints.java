package io.gatehouse.core.config;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;

/** Checks the value of one key against the annotations of its component. */
final class Constraints {
    private Constraints() {}

    /**
     * What is wrong with a value, if anything.
     *
     * @param raw as it stands in the file
     * @param value what was made of it
     */
    static Optional<String> problem(RecordComponent component, Object raw, Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.flatMap(present -> problem(component, raw, present));
        }
        return empty(component, raw)
                .or(() -> notPositive(component, value))
                .or(() -> outOfRange(component, value))
                .or(() -> notOneLine(component, value));
    }

    /** Asks the file, since elements that could not be read are not in the value. */
    private static Optional<String> empty(RecordComponent component, Object raw) {
        @Nullable NotEmpty notEmpty = component.getAnnotation(NotEmpty.class);
        return notEmpty != null && raw instanceof TomlArray array && array.isEmpty()
                ? Optional.of("empty (" + notEmpty.value() + ")")
                : Optional.empty();
    }

    private static Optional<String> notPositive(RecordComponent component, Object value) {
        if (component.getAnnotation(Positive.class) == null || compare(value, "0", "0s") > 0) {
            return Optional.empty();
        }
        String expected = value instanceof Duration ? "a duration greater than zero" : "at least 1";
        return Optional.of(shown(value) + " (expected " + expected + ")");
    }

    private static Optional<String> outOfRange(RecordComponent component, Object value) {
        @Nullable Range range = component.getAnnotation(Range.class);
        if (range == null
                || (compare(value, range.min(), range.min()) >= 0
                        && (range.max().isEmpty() || compare(value, range.max(), range.max()) <= 0))) {
            return Optional.empty();
        }
        String expected = range.max().isEmpty() ? "at least " + range.min() : range.min() + " to " + range.max();
        return Optional.of(shown(value) + " (expected " + expected + ")");
    }

    private static int compare(Object value, String number, String duration) {
        return switch (value) {
            case Duration length
            when Durations.parse(duration) instanceof Parsed.Valid<Duration>(Duration other) -> length.compareTo(other);
            case Number count -> Long.compare(count.longValue(), Long.parseLong(number));
            default -> throw new IllegalArgumentException(value + " cannot be compared with " + number);
        };
    }

    private static Optional<String> notOneLine(RecordComponent component, Object value) {
        @Nullable OneLine line = component.getAnnotation(OneLine.class);
        if (line == null || !(value instanceof String text)) {
            return Optional.empty();
        }
        return text.isBlank() || text.length() > line.value() || text.chars().anyMatch(Character::isISOControl)
                ? Optional.of(Excerpt.of(text) + " (expected 1 to " + line.value()
                        + " characters without control characters)")
                : Optional.empty();
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? Excerpt.of(Durations.format(duration)) : value.toString();
    }
}
