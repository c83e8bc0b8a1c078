package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditChain;
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
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends lines to the audit file, or to standard output. A file that was renamed or removed, by logrotate for
 * instance, is opened anew before the next line. A line of which a full disk took only the beginning counts as not
 * written, and the next one begins on a line of its own. For one thread at a time.
 */
final class AuditFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final int MOST_OPENINGS = 3;
    /** Where the last whole line of a file is looked for. */
    private static final int END = 256 * 1024;

    /** Makes a line. */
    interface Line {
        /**
         * The line, without its end.
         *
         * @param isFirst whether it is the first that this process writes into the file
         */
        String text(boolean isFirst);
    }

    private final Optional<Path> path;
    private final AuditRotation rotation;
    private final Clock clock;
    private FileChannel channel;
    /** Which file is open, of all that may have its name one after the other. */
    private @Nullable Object key;

    private boolean torn;
    private boolean reported;
    private boolean begun;
    /** When the last line was written; while nothing was written, when the file changed last. */
    private Instant last;

    private AuditFile(Optional<Path> path, AuditRotation rotation, Clock clock, FileChannel channel) {
        this.path = path;
        this.rotation = rotation;
        this.clock = clock;
        this.channel = channel;
        this.last = clock.instant();
    }

    /** What is open, and which file it is. */
    private record Opened(FileChannel channel, @Nullable Object key, boolean torn) {}

    /** Appends to {@code path}, which is made, readable for owner and group, when there is no such file. */
    static AuditFile at(Path path, AuditRotation rotation, Clock clock) throws IOException {
        Opened opened = open(path);
        AuditFile file = new AuditFile(Optional.of(path), rotation, clock, opened.channel());
        file.key = opened.key();
        file.torn = opened.torn();
        if (Files.isRegularFile(path)) {
            file.last = Files.getLastModifiedTime(path).toInstant();
        }
        return file;
    }

    /** Appends to standard output, without {@link System#out}, which keeps errors to itself. */
    @SuppressWarnings("resource") // standard output is not ours to close
    static AuditFile standardOutput(Clock clock) {
        return new AuditFile(
                Optional.empty(), AuditRotation.NONE, clock, new FileOutputStream(FileDescriptor.out).getChannel());
    }

    /**
     * Where the chain of lines goes on: behind the last whole line of the file, or of the one that was rotated last. A
     * chain of its own begins where there is none.
     */
    AuditChain chain() {
        return path.flatMap(file -> lastOf(file).or(() -> lastOf(AuditRotation.old(file, 1))))
                .orElse(AuditChain.EMPTY);
    }

    private static Optional<AuditChain> lastOf(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(END, reading.size()));
            reading.position(reading.size() - end.capacity());
            while (end.hasRemaining() && reading.read(end) >= 0) {
                // Until the end is read.
            }
            return new String(end.array(), StandardCharsets.UTF_8)
                    .lines().toList().reversed().stream()
                            .map(AuditChain::after)
                            .flatMap(Optional::stream)
                            .findFirst();
        } catch (IOException e) {
            LOG.atError().addKeyValue("file", file).addKeyValue("cause", e).log("audit file cannot be read");
            return Optional.empty();
        }
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
     * Appends a line and a line end; before that, begins a new file if it is time to.
     *
     * @throws IOException when not all of it could be written
     */
    void append(Line line) throws IOException {
        openAnewWhenMoved();
        byte[] bytes = bytes(line);
        if (path.isPresent() && rotated(path.get(), bytes.length)) {
            bytes = bytes(line);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            torn = false;
            begun = true;
            last = clock.instant();
        } catch (IOException e) {
            if (buffer.position() > 0) {
                torn = buffer.get(buffer.position() - 1) != '\n';
            }
            throw e;
        }
    }

    private byte[] bytes(Line line) {
        return ((torn ? "\n" : "") + line.text(!begun) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private boolean rotated(Path file, int more) {
        try {
            if (!Files.isRegularFile(file) || !rotation.isDue(channel.size(), more, last, clock.instant())) {
                return false;
            }
            rotation.rotate(file);
            use(open(file));
            reported = false;
            return true;
        } catch (IOException e) {
            if (!reported) {
                reported = true;
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("cause", e)
                        .log("audit file cannot be rotated; still writing to it");
            }
            return false;
        }
    }

    private void use(Opened opened) throws IOException {
        FileChannel old = channel;
        channel = opened.channel();
        key = opened.key();
        torn = opened.torn();
        begun = false;
        old.close();
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
            use(open(path.get()));
            reported = false;
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
