package io.gatehouse.jetty.audit;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends lines to the audit file, or to standard output. A file that was renamed or removed, by logrotate for
 * instance, is opened anew before the next line. A line of which a full disk took only the beginning counts as not
 * written, and the next one begins on a line of its own. For one thread at a time.
 */
public final class AuditFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final int MOST_OPENINGS = 3;

    private final Optional<Path> path;
    private FileChannel channel;
    /** Which file is open, of all that may have its name one after the other. */
    private @Nullable Object key;

    private boolean torn;
    private boolean reported;

    private AuditFile(Optional<Path> path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** What is open, and which file it is. */
    private record Opened(FileChannel channel, @Nullable Object key, boolean torn) {}

    /** Appends to {@code path}, which is made, readable for owner and group, when there is no such file. */
    public static AuditFile at(Path path) throws IOException {
        Opened opened = open(path);
        AuditFile file = new AuditFile(Optional.of(path), opened.channel());
        file.key = opened.key();
        file.torn = opened.torn();
        return file;
    }

    /** Appends to standard output, without {@link System#out}, which keeps errors to itself. */
    @SuppressWarnings("resource") // standard output is not ours to close
    public static AuditFile standardOutput() {
        return new AuditFile(Optional.empty(), new FileOutputStream(FileDescriptor.out).getChannel());
    }

    private static Opened open(Path path) throws IOException {
        for (int opening = 1; ; opening++) {
            try {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            } catch (FileAlreadyExistsException _) {
                // Its owner may have given it other permissions.
            }
            Object before = key(path);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND);
            Object after = key(path);
            if ((before != null && before.equals(after)) || opening == MOST_OPENINGS) {
                return new Opened(channel, after, endsWithin(path));
            }
            channel.close(); // renamed in between
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether the last line of a file has no end, since the disk was full or the machine went down. */
    private static boolean endsWithin(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false; // a pipe, for example
        }
        try (FileChannel reading = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reading.size() > 0 && reading.read(last, reading.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /**
     * Appends {@code line} and a line end.
     *
     * @throws IOException when not all of it could be written
     */
    public void append(String line) throws IOException {
        openAnewWhenMoved();
        ByteBuffer bytes = ByteBuffer.wrap(((torn ? "\n" : "") + line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            torn = false;
        } catch (IOException e) {
            if (bytes.position() > 0) {
                torn = bytes.get(bytes.position() - 1) != '\n';
            }
            throw e;
        }
    }

    private void openAnewWhenMoved() {
        if (path.isEmpty()) {
            return;
        }
        try {
            Object now = key(path.get());
            if (now != null && now.equals(key)) {
                return;
            }
            Opened opened = open(path.get());
            FileChannel old = channel;
            channel = opened.channel();
            key = opened.key();
            torn = opened.torn();
            reported = false;
            old.close();
            LOG.atInfo().addKeyValue("file", path.get()).log("audit file was renamed or removed; opened a new one");
        } catch (IOException e) {
            if (!reported) {
                reported = true;
                LOG.atError()
                        .addKeyValue("file", path.get())
                        .addKeyValue("cause", e)
                        .log("audit file was renamed, and a new one cannot be opened; still writing to the old one");
            }
        }
    }

    /** Closes the file; standard output stays open. */
    @Override
    public void close() throws IOException {
        if (path.isPresent()) {
            channel.close();
        }
    }
}
