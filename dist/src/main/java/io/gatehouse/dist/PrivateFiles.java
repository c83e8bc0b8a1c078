package io.gatehouse.dist;

import static java.util.Objects.requireNonNull;

import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small files whole: a reader sees the old content or the new, and never somebody else's secret. */
final class PrivateFiles {
    private PrivateFiles() {}

    /** Writes {@code text}, readable and writable by the owner only from its first byte on. */
    static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code content}, readable and writable by the owner only from its first byte on. */
    static void write(Path file, byte[] content) throws IOException {
        write(file, content, FileOwnership.PRIVATE);
    }

    /** Writes {@code text}, readable by everybody. */
    static void writePublic(Path file, String text) throws IOException {
        writePublic(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code content}, readable by everybody. */
    static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content, FileOwnership.PUBLIC);
    }

    /** Writes {@code content} for whom it belongs to. */
    static void write(Path file, byte[] content, FileOwnership ownership) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.write(file, content); // a pipe or a device: nothing can take its place
            return;
        }
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(requireNonNull(target.getParent(), "a file has a folder"));
        WholeFile.write(target, content, ownership);
    }
}
