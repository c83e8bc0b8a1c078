package io.gatehouse.core.totp;

import static java.util.Objects.requireNonNull;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.FileFormat;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.GuardedFile;
import io.gatehouse.formats.file.Utf8;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The file with one-time codes and tickets, which the gateway and commands change. Each change reads the file, decides
 * and writes it as a whole under the lock of the file {@code NAME.lock} beside it, so that a code that two requests
 * bring is good for one of them, and a command loses nothing that the gateway writes. A change is on the disk before
 * anybody hears of it. Safe for use by many threads.
 */
public final class TotpFile {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);
    private static final FileFormat<TotpRecords> FORMAT = new Format();
    /** Changes that are kept until somebody asks, which commands never do. */
    private static final int MOST_UNTOLD = 10_000;

    /** In the lock, once the file beside it was made. */
    private static final String MADE = "The file of one-time codes beside this one was made.\n";

    /** Locks of files are those of the process: its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private static final Condition SOON = THREADS.newCondition();

    private final Path file;
    private final Path lockFile;
    private final boolean isNew;
    private final GuardedFile<TotpRecords> guarded;
    private final Clock clock;
    /** What is known of the file: what was written here, or has been found in it. Set under the lock. */
    private volatile TotpRecords known;
    /** Changed under the lock. */
    private final List<TotpChange> untold = new CopyOnWriteArrayList<>();

    private TotpFile(Path file, Path lockFile, boolean isNew, GuardedFile<TotpRecords> guarded, Clock clock) {
        this.file = file;
        this.lockFile = lockFile;
        this.isNew = isNew;
        this.guarded = guarded;
        this.clock = clock;
        this.known = guarded.content();
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    /**
     * Opens and checks the file; makes an empty one that only its owner may read when there never was one. One that was
     * there and is gone must be restored: without it the password alone would set up an app for everybody again.
     *
     * @throws ProviderException when it is open to others, broken or lost, belongs to another user than root and the
     *     one of this process, or cannot be made
     */
    public static TotpFile open(Path named, Clock clock) throws ProviderException {
        FileOwnership _ = FileOwnership.ofSecret(named);
        return openAsOwner(named, clock);
    }

    /** The same for a command that root runs and that acts as the user to whom the file belongs. */
    public static TotpFile openAsOwner(Path named, Clock clock) throws ProviderException {
        try {
            Path file = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath();
            Files.createDirectories(requireNonNull(file.getParent(), "a file has a folder"));
            Path lockFile = lockOf(file);
            try {
                Files.createFile(
                        lockFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException _) {
                // as it should be
            }
            boolean isNew = locked(lockFile, lock -> makeOnce(file, lock));
            return new TotpFile(file, lockFile, isNew, GuardedFile.open(file, FORMAT, clock), clock);
        } catch (IOException e) {
            throw new ProviderException(FORMAT.kind() + " " + named + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** What the lock says tells a file that is lost from one that was not there yet. */
    private static boolean makeOnce(Path file, FileChannel lock) throws IOException {
        boolean isNew = Files.notExists(file);
        if (isNew) {
            if (lock.size() > 0) {
                throw new IOException("it does not exist, although " + lockOf(file) + " says that it was made ("
                        + FORMAT.remedy() + "; to begin without any, remove " + lockOf(file) + ", too)");
            }
            write(file, TotpRecords.NONE);
        }
        if (lock.size() == 0) {
            lock.write(ByteBuffer.wrap(MADE.getBytes(StandardCharsets.UTF_8)));
            lock.force(true);
        }
        return isNew;
    }

    /** The owner of the new file is whoever writes it, so that root's of before becomes the service's. */
    private static void write(Path file, TotpRecords records) throws IOException {
        WholeFile.write(file, records.text().getBytes(StandardCharsets.UTF_8), FileOwnership.PRIVATE);
    }

    /** Whether there was no file before it was opened, so that nobody has codes. */
    public boolean isNew() {
        return isNew;
    }

    /** What the file says; the last good content while it is broken. */
    public TotpRecords records() {
        return guarded.content();
    }

    /**
     * What a change comes to.
     *
     * @param after what the file is to say; empty to leave it as it is
     * @param answer for whoever asked
     */
    record Change<T>(Optional<TotpRecords> after, T answer) {
        static <T> Change<T> none(T answer) {
            return new Change<>(Optional.empty(), answer);
        }

        static <T> Change<T> to(TotpRecords after, T answer) {
            return new Change<>(Optional.of(after), answer);
        }
    }

    /**
     * Changes the file as {@code change} says of what is in it now.
     *
     * @throws IOException when it cannot be read or written, or another process has locked it for long: then nothing is
     *     changed as far as anybody may believe
     */
    <T> T change(Function<TotpRecords, Change<T>> change) throws IOException {
        return locked(lockFile, _ -> {
            TotpRecords before = found();
            Change<T> decided = change.apply(before);
            if (decided.after().isPresent()) {
                write(file, decided.after().get());
                known = decided.after().get();
                TotpRecords _ = guarded.content(); // from now on the last good content
            }
            return decided.answer();
        });
    }

    /**
     * What others have changed since this was asked last: commands, and people with editors.
     *
     * @throws IOException as {@link #change} does
     */
    List<TotpChange> changesOfOthers() throws IOException {
        if (guarded.content().equals(known) && untold.isEmpty()) {
            return List.of();
        }
        return locked(lockFile, _ -> {
            TotpRecords _ = found();
            List<TotpChange> changes = List.copyOf(untold);
            untold.clear();
            return changes;
        });
    }

    /** What is in the file, and what others did to it. */
    private TotpRecords found() throws IOException {
        TotpRecords found = read();
        for (TotpChange change : TotpChange.between(known, found, clock.instant())) {
            if (untold.size() < MOST_UNTOLD) {
                untold.add(change);
            }
        }
        known = found;
        return found;
    }

    private TotpRecords read() throws IOException {
        try {
            return GuardedFile.read(file, FORMAT);
        } catch (ProviderException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What is done while nobody else changes the file. */
    @FunctionalInterface
    private interface Locked<T> {
        T with(FileChannel lock) throws IOException;
    }

    private static <T> T locked(Path lockFile, Locked<T> action) throws IOException {
        try {
            if (!THREADS.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException(
                        lockFile + " has been in use by other requests for " + PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException _) {
            throw interrupted();
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = lock(lockFile, channel)) {
            if (!lock.isValid()) {
                throw new IOException(lockFile + " is not locked");
            }
            return action.with(channel);
        } finally {
            THREADS.unlock();
        }
    }

    private static FileLock lock(Path lockFile, FileChannel channel) throws IOException {
        try {
            for (long left = PATIENCE.dividedBy(BETWEEN_TRIES); left > 0; left--) {
                Optional<FileLock> lock = tryLock(channel);
                if (lock.isPresent()) {
                    return lock.get();
                }
                boolean _ = SOON.await(BETWEEN_TRIES.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException _) {
            throw interrupted();
        }
        throw new IOException(lockFile + " has been locked by another process for " + PATIENCE.toSeconds() + " s");
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // another thread has it, while this one paused
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for one-time codes");
    }

    private static final class Format implements FileFormat<TotpRecords> {
        @Override
        public String kind() {
            return "file of one-time codes";
        }

        @Override
        public String remedy() {
            return "restore it from a backup: a new one forgets who has one-time codes";
        }

        @Override
        public int largest() {
            return 64 << 20;
        }

        @Override
        public TotpRecords parse(byte[] bytes) throws ProviderException {
            String text = Utf8.decode(bytes).orElseThrow(() -> new ProviderException("not UTF-8"));
            return switch (TotpRecords.parse(text)) {
                case Parsed.Valid<TotpRecords>(TotpRecords records) -> records;
                case Parsed.Faulty<TotpRecords>(String problem) -> throw new ProviderException(problem);
            };
        }

        @Override
        public boolean looksUnfinished(TotpRecords content) {
            return false; // a part of it is no content
        }
    }
}
