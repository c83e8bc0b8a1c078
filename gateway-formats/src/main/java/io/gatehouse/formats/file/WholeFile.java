package io.gatehouse.formats.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes small files whole: beside the file and renamed over it, so that a reader sees the old content or the new, also
 * after a crash. Nobody else can read the content before the file has its owner and permissions.
 */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Puts {@code content} in the place of {@code target}.
     *
     * @param target no link; its folder must exist
     */
    public static void write(Path target, byte[] content, FileOwnership ownership) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(target + " is no file");
        }
        Path draft = Files.createTempFile(
                folder,
                "." + target.getFileName() + ".",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                ownership.applyTo(draft);
                channel.force(true);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true); // the new name, too, outlives a crash
        }
    }
}
