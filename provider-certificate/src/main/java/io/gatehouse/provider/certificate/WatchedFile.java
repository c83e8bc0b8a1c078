package io.gatehouse.provider.certificate;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file without secrets that is read again when it changes. While its new content cannot be read, the last good one is
 * used, and the log says so once. Safe for use by many threads.
 *
 * @param <T> the content, immutable
 */
final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    /** A change within the resolution of the file's times does not show in them: young files are read again. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Path file;
    private final Reader<T> reader;
    private final Clock clock;
    private State<T> state;

    /** Reads the whole file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file) throws ProviderException;
    }

    private record Version(FileTime changed, Object inode, long size) {}

    private record State<T>(Optional<Version> version, boolean settled, T content) {}

    private WatchedFile(Path file, Reader<T> reader, Clock clock, State<T> state) {
        this.file = file;
        this.reader = reader;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Reads it for the first time.
     *
     * @throws ProviderException when it cannot be read
     */
    static <T> WatchedFile<T> open(Path file, Reader<T> reader, Clock clock) throws ProviderException {
        Optional<Version> version = version(file);
        return new WatchedFile<>(
                file, reader, clock, new State<>(version, isSettled(version, clock), reader.read(file)));
    }

    /** The path, for messages. */
    Path file() {
        return file;
    }

    /** Its content now. */
    synchronized T content() {
        Optional<Version> now = version(file);
        if (state.settled() && now.equals(state.version())) {
            return state.content();
        }
        boolean changed = !now.equals(state.version());
        T content = state.content();
        try {
            content = reader.read(file);
            if (changed) {
                LOG.atInfo().addKeyValue("file", file).log("file was read again");
            }
        } catch (ProviderException e) {
            if (changed) {
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("cause", e.getMessage())
                        .log("file cannot be read; still using what was read before");
            }
        }
        state = new State<>(now, isSettled(now, clock), content);
        return content;
    }

    private static boolean isSettled(Optional<Version> version, Clock clock) {
        return version.filter(known ->
                        clock.instant().isAfter(known.changed().toInstant().plus(SETTLED)))
                .isPresent();
    }

    private static Optional<Version> version(Path file) {
        try {
            Map<String, Object> facts = Files.readAttributes(file, "unix:ctime,ino,size");
            return Optional.of(new Version(
                    (FileTime) facts.getOrDefault("ctime", FileTime.fromMillis(0)),
                    facts.getOrDefault("ino", 0L),
                    (Long) facts.getOrDefault("size", 0L)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
