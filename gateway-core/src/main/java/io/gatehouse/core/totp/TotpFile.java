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
import java.util.Optional;
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

    /** Locks of files are those of the process: its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private static final Condition SOON = THREADS.newCondition();

    private final Path file;
    private final Path lockFile;
    private final GuardedFile<TotpRecords> guarded;

    private TotpFile(Path file, GuardedFile<TotpRecords> guarded) {
        this.file = file;
        this.lockFile = lockOf(file);
        this.guarded = guarded;
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    /**
     * Opens and checks the file; makes an empty one that only its owner may read when there is none.
     *
     * @throws ProviderException when it is open to others, broken, or cannot be made
     */
    public static TotpFile open(Path named, Clock clock) throws ProviderException {
        try {
            Path file = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath();
            if (Files.notExists(file)) {
                Files.createDirectories(requireNonNull(file.getParent(), "a file has a folder"));
                WholeFile.write(
                        file, TotpRecords.NONE.text().getBytes(StandardCharsets.UTF_8), FileOwnership.ofSecret(file));
            }
            GuardedFile<TotpRecords> guarded = GuardedFile.open(file, FORMAT, clock);
            makeLock(file);
            return new TotpFile(file, guarded);
        } catch (IOException e) {
            throw new ProviderException(FORMAT.kind() + " " + named + " cannot be made: " + e, e);
        }
    }

    /** A lock that root's command makes must be one that the service can use, too. */
    private static void makeLock(Path file) throws IOException {
        Path lock = lockOf(file);
        try {
            Files.createFile(lock, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            for (String owner : new String[] {"unix:gid", "unix:uid"}) {
                Object expected = Files.getAttribute(file, owner);
                if (!expected.equals(Files.getAttribute(lock, owner))) {
                    Files.setAttribute(lock, owner, expected);
                }
            }
        } catch (FileAlreadyExistsException _) {
            // as it should be
        }
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
        try {
            THREADS.lockInterruptibly();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = locked(channel)) {
            Change<T> decided = change.apply(GuardedFile.read(file, FORMAT));
            if (decided.after().isPresent() && lock.isValid()) {
                WholeFile.write(
                        file,
                        decided.after().get().text().getBytes(StandardCharsets.UTF_8),
                        FileOwnership.ofSecret(file));
                TotpRecords _ = guarded.content(); // from now on the last good content
            }
            return decided.answer();
        } catch (ProviderException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            THREADS.unlock();
        }
    }

    private FileLock locked(FileChannel channel) throws IOException {
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
            return false; // it is renamed into its place
        }
    }
}
