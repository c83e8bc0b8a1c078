package io.gatehouse.core.config;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Turns single values of the file into Java's. */
final class Scalars {
    private final Path directory;
    private final SecretReference secrets;

    Scalars(Path directory, SecretReference secrets) {
        this.directory = directory;
        this.secrets = secrets;
    }

    /** Whether a value of {@code type} is written in quotes, so that {@code @ConfigDefault} leaves them out. */
    static boolean isText(Class<?> type) {
        return type == String.class || type == Duration.class || type == Path.class || type.isEnum();
    }

    /**
     * The value of {@code type} that {@code raw} stands for.
     *
     * @throws IllegalArgumentException when configuration records may not have components of {@code type}
     */
    Parsed<?> convert(Class<?> type, Object raw) {
        if (type == Secret.class) {
            return secrets.resolve(raw);
        }
        if (type == int.class) {
            return raw instanceof Long number && number == number.intValue()
                    ? Parsed.valid(number.intValue())
                    : wrong(raw, "a whole number of at most 2147483647");
        }
        if (type == long.class) {
            return raw instanceof Long number ? Parsed.valid(number) : wrong(raw, "a whole number");
        }
        if (type == boolean.class) {
            return raw instanceof Boolean value ? Parsed.valid(value) : wrong(raw, "true or false, without quotes");
        }
        if (!isText(type)) {
            throw new IllegalArgumentException("configuration component of " + type);
        }
        if (!(raw instanceof String text)) {
            return wrong(raw, "text in quotes");
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == Path.class) {
            return ConfigPath.resolve(directory, text);
        }
        return type.isEnum() ? constant(type, text) : Parsed.valid(text);
    }

    private static Parsed<?> constant(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (Names.word((Enum<?>) constant).equals(text)) {
                return Parsed.valid(constant);
            }
        }
        String words = Names.words(type).stream().map(Display::of).collect(Collectors.joining(", "));
        return Parsed.faulty(
                Display.of(text) + " (expected one of " + words + ")" + Suggestion.hint(Names.words(type), text));
    }

    private static Parsed<?> wrong(Object raw, String expected) {
        String article = raw instanceof TomlTable || raw instanceof TomlArray ? "got " : "";
        return Parsed.faulty(article + Display.of(raw) + " (expected " + expected + ")");
    }

    /** Stands in for a value that could not be read, so that everything around it can still be checked. */
    static Object standIn(Class<?> type) {
        if (type == Secret.class) {
            return Secret.ofText("");
        }
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == Duration.class) {
            return Duration.ZERO;
        }
        if (type == Path.class) {
            return Path.of("");
        }
        return type.isEnum() ? type.getEnumConstants()[0] : "";
    }
}
