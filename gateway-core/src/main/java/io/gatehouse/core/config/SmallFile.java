package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the configuration file itself; {@code SecretFile} reads the secrets that it refers to. */
final class SmallFile {
    private static final int LARGEST = 1 << 20;

    private SmallFile() {}

    /** A file's bytes, at most a mebibyte. */
    static Parsed<byte[]> read(Path path) {
        try (InputStream stream = Files.newInputStream(path)) {
            byte[] bytes = stream.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST
                    ? Parsed.faulty("file " + path + " is too large (expected at most " + LARGEST + " bytes)")
                    : Parsed.valid(bytes);
        } catch (NoSuchFileException missing) {
            return Parsed.faulty("file " + path + " does not exist");
        } catch (AccessDeniedException denied) {
            return Parsed.faulty("file " + path + " may not be read by this account");
        } catch (IOException failed) {
            return Parsed.faulty("file " + path + " cannot be read: " + failed.getMessage());
        }
    }
}
