package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that may be open to everybody, such as certificates; {@link SecretFile} reads the others. */
public final class PublicFile {
    private PublicFile() {}

    /**
     * The whole content.
     *
     * @throws ProviderException when it cannot be read or is larger; the message begins with the file
     */
    public static byte[] read(Path file, int largest) throws ProviderException {
        if (RegularFile.isOther(file)) {
            throw new ProviderException(file + ": is not a regular file");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(largest + 1);
            if (bytes.length > largest) {
                throw new ProviderException(file + ": larger than " + largest + " bytes (expected at most that)");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new ProviderException(file + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new ProviderException(file + ": may not be read by the user " + System.getProperty("user.name"), e);
        } catch (IOException e) {
            throw new ProviderException(file + ": cannot be read: " + e, e);
        }
    }
}
