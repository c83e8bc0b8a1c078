package io.gatehouse.core.config;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.Utf8;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** Finds the secrets that the file refers to; the file itself never holds one. */
final class SecretReference {
    private static final String FORMS = "{ file = \"path\" } or { env = \"NAME\" }";

    private static final int LARGEST_FILE = 1 << 20;

    private final Path directory;
    private final Function<String, Optional<String>> environment;

    SecretReference(Path directory, Function<String, Optional<String>> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    Parsed<Secret> resolve(Object raw) {
        if (!(raw instanceof TomlTable table)) {
            return Parsed.faulty("secrets cannot be written here (use " + FORMS + ")");
        }
        if (table.size() == 1) {
            @Nullable Object file = table.get(List.of("file"));
            if (file instanceof String name) {
                return fromFile(name);
            }
            @Nullable Object variable = table.get(List.of("env"));
            if (variable instanceof String name) {
                return fromEnvironment(name);
            }
        }
        return Parsed.faulty("not a reference to a secret (expected " + FORMS + ")");
    }

    private Parsed<Secret> fromFile(String name) {
        return switch (ConfigPath.resolve(directory, name)) {
            case Parsed.Faulty<Path>(String problem) -> Parsed.faulty(problem);
            case Parsed.Valid<Path>(Path path) -> fromFile(path);
        };
    }

    private static Parsed<Secret> fromFile(Path path) {
        try {
            return secret(
                    withoutLineEnd(Utf8.withoutMark(SecretFile.read(path, "file", LARGEST_FILE))), "file " + path);
        } catch (ProviderException e) {
            return Parsed.faulty(String.valueOf(e.getMessage()));
        }
    }

    private Parsed<Secret> fromEnvironment(String name) {
        return environment
                .apply(name)
                .map(value -> secret(value.getBytes(StandardCharsets.UTF_8), "environment variable " + name))
                .orElseGet(() -> Parsed.faulty("environment variable " + Display.of(name) + " is not set"));
    }

    private static Parsed<Secret> secret(byte[] bytes, String source) {
        return bytes.length == 0 ? Parsed.faulty(source + " is empty") : Parsed.valid(Secret.of(bytes));
    }

    private static byte[] withoutLineEnd(byte[] bytes) {
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--;
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
        }
        return Arrays.copyOf(bytes, length);
    }
}
