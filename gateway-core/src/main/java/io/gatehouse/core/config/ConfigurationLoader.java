package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.Utf8;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads the configuration file: every problem of it in one run, none of them as an exception. */
public final class ConfigurationLoader {
    private ConfigurationLoader() {}

    /** The result of loading a configuration file. */
    public sealed interface Result {}

    /**
     * The file can be used.
     *
     * @param warnings what is legal but hardly meant
     */
    public record Loaded(Configuration configuration, List<Problem> warnings) implements Result {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The file cannot be used.
     *
     * @param problems all that is wrong with it, in the order of the file; never empty
     */
    public record Invalid(List<Problem> problems) implements Result {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads {@code file}, and the secrets that it refers to from files and environment.
     *
     * @param providerTables the installed providers, by name
     */
    public static Result load(Path file, Map<String, ProviderTable> providerTables) {
        Path absolute = file.toAbsolutePath().normalize();
        String name =
                Optional.ofNullable(absolute.getFileName()).orElse(absolute).toString();
        Path directory = Optional.ofNullable(absolute.getParent()).orElse(absolute);
        return switch (SmallFile.read(absolute)) {
            case Parsed.Faulty<byte[]>(String problem) -> new Invalid(List.of(new Problem(name, 0, 0, "", problem)));
            case Parsed.Valid<byte[]>(byte[] bytes) ->
                Utf8.decode(bytes)
                        .map(text -> load(name, text, directory, providerTables))
                        .orElseGet(() -> new Invalid(List.of(new Problem(name, 0, 0, "", notText(bytes)))));
        };
    }

    /**
     * Reads the text of a file {@code gatehouse.toml} that would stand in {@code directory}.
     *
     * @param providerTables the installed providers, by name
     */
    public static Result load(String text, Path directory, Map<String, ProviderTable> providerTables) {
        return load("gatehouse.toml", text, directory.toAbsolutePath().normalize(), providerTables);
    }

    /** A backslash between domain and user is what breaks most often. */
    private static String explained(String message) {
        return message.contains("escape") ? message + " (a backslash needs single quotes: 'CORP\\alice')" : message;
    }

    private static String notText(byte[] bytes) {
        return "not UTF-8 text" + (Utf8.looksLikeUtf16(bytes) ? " (it is UTF-16; save it as UTF-8)" : "");
    }

    private static Result load(String name, String text, Path directory, Map<String, ProviderTable> providerTables) {
        return load(name, text, directory, providerTables, variable -> Optional.ofNullable(System.getenv(variable)));
    }

    /** Of the file, so that {@code sha256sum} says the same; a byte order mark is no part of the text. */
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256", impossible); // every JDK has it
        }
    }

    static Result load(
            String name,
            String text,
            Path directory,
            Map<String, ProviderTable> providerTables,
            Function<String, Optional<String>> environment) {
        Problems problems = new Problems(name);
        TomlParseResult toml = Toml.parse(text);
        List<String> lines = text.lines().toList();
        for (TomlParseError error : toml.errors()) {
            int line = error.position().line();
            boolean inHeader =
                    line <= lines.size() && lines.get(line - 1).stripLeading().startsWith("[");
            problems.syntax(error.position(), explained(String.valueOf(error.getMessage())), inHeader);
        }
        Scalars scalars = new Scalars(directory, new SecretReference(directory, environment));
        Optional<Configuration> configuration =
                new TopLevel(problems, scalars, providerTables).bind(toml, directory, digest(text));
        List<Problem> errors = problems.errors();
        return errors.isEmpty() && configuration.isPresent()
                ? new Loaded(configuration.get(), problems.warnings())
                : new Invalid(errors);
    }
}
