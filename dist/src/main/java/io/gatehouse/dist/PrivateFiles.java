package io.gatehouse.dist;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes small files whole: a reader sees the old content or the new, and never somebody else's secret. */
final class PrivateFiles {
    private PrivateFiles() {}

    /** Writes {@code text}, readable and writable by the owner only from its first byte on. */
    static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code content}, readable and writable by the owner only from its first byte on. */
    static void write(Path file, byte[] content) throws IOException {
        write(file, content, PosixFilePermissions.fromString("rw-------"));
    }

    /** Writes {@code text}, readable by everybody. */
    static void writePublic(Path file, String text) throws IOException {
        writePublic(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code content}, readable by everybody. */
    static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static void write(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.write(file, content); // a pipe or a device: nothing can take its place
            return;
        }
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = Files.createDirectories(requireNonNull(target.getParent(), "a file has a folder"));
        Path draft = Files.createTempFile(
                folder,
                "." + target.getFileName(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(draft, permissions);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true); // the new name, too, outlives a crash
        }
    }
}
