package io.gatehouse.formats.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files that somebody has named. A pipe or a device could block for ever, or have no end. */
public final class RegularFile {
    private RegularFile() {}

    /** Whether it is there and is a folder, a pipe, a socket or a device. */
    public static boolean isOther(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    /**
     * Opens it to be read.
     *
     * @throws IOException when it is missing, may not be read, or is a folder, a pipe or a device
     */
    public static InputStream open(Path file) throws IOException {
        if (isOther(file)) {
            throw new FileSystemException(file.toString(), null, "is not a regular file");
        }
        return Files.newInputStream(file);
    }
}
