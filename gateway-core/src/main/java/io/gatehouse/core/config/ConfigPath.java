package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths of the file, relative to its directory. */
final class ConfigPath {
    private ConfigPath() {}

    static Parsed<Path> resolve(Path directory, String text) {
        if (text.isBlank()) {
            return Parsed.faulty("\"\" (expected a path)");
        }
        try {
            return Parsed.valid(directory.resolve(text).normalize());
        } catch (InvalidPathException invalid) {
            return Parsed.faulty(Display.of(text) + " (expected a path: " + invalid.getReason() + ")");
        }
    }
}
