package io.gatehouse.core.config;

import io.gatehouse.api.Secret;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.portal.PortalAddress;
import io.gatehouse.core.text.Parsed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Turns single values of the file into Java's. */
final class Scalars {
    private static final Map<Class<?>, Object> STAND_INS = Map.of(
            Secret.class,
            Secret.ofText(""),
            String.class,
            "",
            int.class,
            0,
            long.class,
            0L,
            boolean.class,
            false,
            Duration.class,
            Duration.ZERO,
            Path.class,
            Path.of(""),
            PortalAddress.class,
            new PortalAddress(URI.create("https://localhost")),
            PersonalHost.class,
            new PersonalHost("localhost"));

    private final Path directory;
    private final SecretReference secrets;

    Scalars(Path directory, SecretReference secrets) {
        this.directory = directory;
        this.secrets = secrets;
    }

    /** Whether a value of {@code type} is written in quotes, so that {@code @ConfigDefault} leaves them out. */
    static boolean isText(Class<?> type) {
        return type == String.class
                || type == Duration.class
                || type == Path.class
                || type.isEnum()
                || TextTypes.contains(type);
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
        // Optional has the class of objects.
        if (type == int.class || type == Integer.class) {
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
        if (TextTypes.contains(type)) {
            return TextTypes.parse(type, text);
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
            if (KeyNames.word((Enum<?>) constant).equals(text)) {
                return Parsed.valid(constant);
            }
        }
        String words = KeyNames.words(type).stream().map(Display::of).collect(Collectors.joining(", "));
        return Parsed.faulty(
                Display.of(text) + " (expected one of " + words + ")" + Suggestion.hint(KeyNames.words(type), text));
    }

    private static Parsed<?> wrong(Object raw, String expected) {
        String article = raw instanceof TomlTable || raw instanceof TomlArray ? "got " : "";
        return Parsed.faulty(article + Display.of(raw) + " (expected " + expected + ")");
    }

    /**
     * Stands in for a value that could not be read, so that everything around it can still be checked. A type that has
     * none is left out of lists, and the record that needs it is not made.
     */
    static Optional<Object> standIn(Class<?> type) {
        return type.isEnum() ? Optional.of(type.getEnumConstants()[0]) : Optional.ofNullable(STAND_INS.get(type));
    }
}
