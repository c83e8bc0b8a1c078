package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file with secrets that is read again when it changes. The rule of {@link SecretFile} says who may read and write
 * it.
 *
 * <p>Every look at the content asks the file system whether the file is still the same and reads it again when it is
 * not. A new content is taken as a whole or not at all: while the file is broken, missing or open to others, the last
 * good content is served and {@link #problem()} says why. Safe for use by many threads.
 *
 * @param <T> the content, immutable
 */
public final class GuardedFile<T> {
    private static final int MOST_ATTEMPTS = 3;
    /** A change within the resolution of the file's times does not show in them: young files are read again. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    /** Whoever writes a file in pieces has written the next one by then. */
    private static final Duration WHOLE = Duration.ofSeconds(3);

    private final Path file;
    private final FileFormat<T> format;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State<T> state;

    private record State<T>(Optional<FileFacts> facts, boolean settled, T content, Optional<String> problem) {}

    /**
     * A content together with the facts that held before and after it was read.
     *
     * @param facts what the file system says
     * @param content what stood in the file
     */
    private record Reading<T>(FileFacts facts, T content) {}

    private GuardedFile(Path file, FileFormat<T> format, Clock clock, State<T> state) {
        this.file = file;
        this.format = format;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Opens and checks a file.
     *
     * @param clock tells young files, which are read again, from settled ones
     * @throws ProviderException when it is missing, not a regular file, open to others, or breaks the format; the
     *     message tells the command that mends the permissions
     */
    public static <T> GuardedFile<T> open(Path file, FileFormat<T> format, Clock clock) throws ProviderException {
        Reading<T> reading = readWithFacts(file, format);
        State<T> state = new State<>(
                Optional.of(reading.facts()), settled(reading.facts(), clock), reading.content(), Optional.empty());
        return new GuardedFile<>(file, format, clock, state);
    }

    /**
     * The last good content; the very same object until the file changes. Touches the disk, so it may block for a
     * moment.
     */
    public T content() {
        return current().content();
    }

    /**
     * Whether {@link #content} is what has stood in the file for some time. It is not while the file is broken, and not
     * at once after a change: somebody may write it in pieces, and each may look whole.
     */
    public boolean isSettled() {
        State<T> known = current();
        return known.problem().isEmpty()
                && known.facts()
                        .filter(facts -> clock.instant()
                                .isAfter(facts.changed().toInstant().plus(WHOLE)))
                        .isPresent();
    }

    /** Why the file's present content is not the one that is served; empty when all is well. */
    public Optional<String> problem() {
        return current().problem();
    }

    private State<T> current() {
        State<T> known = state;
        if (isCurrent(known)) {
            return known;
        }
        reading.lock();
        try {
            known = state;
            if (!isCurrent(known)) {
                known = reload(known);
                state = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }

    private boolean isCurrent(State<T> known) {
        return known.settled() && known.facts().equals(examine());
    }

    private Optional<FileFacts> examine() {
        try {
            return Optional.of(FileFacts.of(file, format));
        } catch (ProviderException e) {
            return Optional.empty();
        }
    }

    private State<T> reload(State<T> last) {
        Optional<FileFacts> facts = examine();
        try {
            Reading<T> reading = readWithFacts(file, format);
            if (format.looksUnfinished(reading.content())) {
                throw new ProviderException(format.kind() + " " + file + " is empty (it may be half written)");
            }
            T content = reading.content().equals(last.content()) ? last.content() : reading.content();
            return new State<>(
                    Optional.of(reading.facts()), settled(reading.facts(), clock), content, Optional.empty());
        } catch (ProviderException e) {
            boolean settled = facts.map(known -> settled(known, clock)).orElse(false);
            return new State<>(facts, settled, last.content(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static boolean settled(FileFacts facts, Clock clock) {
        return clock.instant().isAfter(facts.changed().toInstant().plus(SETTLED));
    }

    /**
     * Reads, checks and parses a file once; what it returns is a content that really was in the file at one moment.
     *
     * @throws ProviderException as {@link #open} does
     */
    public static <T> T read(Path file, FileFormat<T> format) throws ProviderException {
        return readWithFacts(file, format).content();
    }

    private static <T> Reading<T> readWithFacts(Path file, FileFormat<T> format) throws ProviderException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            FileFacts before = FileFacts.of(file, format);
            before.requireGuarded(file, format);
            byte[] bytes = readBytes(file, format);
            if (before.equals(FileFacts.of(file, format))) {
                return new Reading<>(before, parse(file, format, bytes));
            }
        }
        throw new ProviderException(format.kind() + " " + file + " changed while it was read");
    }

    private static <T> T parse(Path file, FileFormat<T> format, byte[] bytes) throws ProviderException {
        try {
            return format.parse(bytes);
        } catch (ProviderException e) {
            throw new ProviderException(format.kind() + " " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] readBytes(Path file, FileFormat<?> format) throws ProviderException {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(format.largest() + 1);
            if (bytes.length > format.largest()) {
                throw new ProviderException("%s %s is larger than %d bytes (expected at most that)"
                        .formatted(format.kind(), file, format.largest()));
            }
            return bytes;
        } catch (AccessDeniedException e) {
            throw new ProviderException(
                    format.kind() + " " + file + " may not be read by the user " + System.getProperty("user.name"), e);
        } catch (IOException e) {
            throw new ProviderException(format.kind() + " " + file + " cannot be read: " + e, e);
        }
    }
}
