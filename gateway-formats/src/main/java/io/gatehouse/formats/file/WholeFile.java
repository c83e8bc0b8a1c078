package io.gatehouse.formats.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
        try (Draft draft = draft(target, content, ownership)) {
            draft.replace();
            draft.settle();
        }
    }

    /**
     * Writes {@code content} beside {@code target}, for a caller that puts several files into their places together.
     *
     * @param target no link; its folder must exist
     */
    public static Draft draft(Path target, byte[] content, FileOwnership ownership) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(target + " is no file");
        }
        Path file = Files.createTempFile(
                folder,
                "." + target.getFileName() + ".",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean written = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            ownership.applyTo(file);
            channel.force(true);
            written = true;
        } finally {
            if (!written) {
                Files.deleteIfExists(file);
            }
        }
        return new Draft(file, target, folder);
    }

    /** A file that is written, and not in its place yet. It is gone when it is closed before. */
    public static final class Draft implements AutoCloseable {
        private final Path file;
        private final Path target;
        private final Path folder;

        private Draft(Path file, Path target, Path folder) {
            this.file = file;
            this.target = target;
            this.folder = folder;
        }

        /** Takes the place of what is there, if anything is. */
        public void replace() throws IOException {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /**
         * Takes a place that is free.
         *
         * @throws FileAlreadyExistsException when it is not, which stays as it is
         */
        public void create() throws IOException {
            try {
                Files.createLink(target, file);
            } catch (FileAlreadyExistsException exception) {
                throw exception;
            } catch (FileSystemException | UnsupportedOperationException exception) {
                Files.move(file, target); // a file system without hard links: looks first
            }
        }

        /** The new name outlives a crash. */
        public void settle() throws IOException {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
