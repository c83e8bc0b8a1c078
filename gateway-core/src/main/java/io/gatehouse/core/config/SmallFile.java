package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Reads the configuration file itself; {@code SecretFile} reads the secrets that it refers to. */
final class SmallFile {
    private static final int LARGEST = 1 << 20;
    private static final int ATTEMPTS = 5;

    private SmallFile() {}

    /**
     * A file's bytes, at most a mebibyte. A pipe or device could block for ever, so only regular files are opened; one
     * that changes while it is read is read again.
     */
    static Parsed<byte[]> read(Path path) {
        return read(path, SmallFile::bytes);
    }

    /** Opens and reads a file. */
    @FunctionalInterface
    interface Content {
        byte[] of(Path path) throws IOException;
    }

    static Parsed<byte[]> read(Path path, Content content) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                BasicFileAttributes before = Files.readAttributes(path, BasicFileAttributes.class);
                if (!before.isRegularFile()) {
                    return Parsed.faulty("file " + path + " is " + (before.isDirectory() ? "a folder" : "not a file")
                            + " (expected a regular file)");
                }
                byte[] bytes = content.of(path);
                if (bytes.length > LARGEST) {
                    return Parsed.faulty("file " + path + " is too large (expected at most " + LARGEST + " bytes)");
                }
                if (isSame(before, Files.readAttributes(path, BasicFileAttributes.class), bytes.length)) {
                    return Parsed.valid(bytes);
                }
            }
            return Parsed.faulty("file " + path + " changed each time it was read");
        } catch (NoSuchFileException missing) {
            return Parsed.faulty("file " + path + " does not exist");
        } catch (AccessDeniedException denied) {
            return Parsed.faulty("file " + path + " may not be read by the user " + System.getProperty("user.name"));
        } catch (IOException failed) {
            return Parsed.faulty("file " + path + " cannot be read: " + failed.getMessage());
        }
    }

    private static byte[] bytes(Path path) throws IOException {
        try (InputStream stream = Files.newInputStream(path)) {
            return stream.readNBytes(LARGEST + 1);
        }
    }

    private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after, int length) {
        return length == before.size()
                && before.size() == after.size()
                && before.lastModifiedTime().equals(after.lastModifiedTime())
                && Objects.equals(before.fileKey(), after.fileKey());
    }
}
