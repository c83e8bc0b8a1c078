package io.gatehouse.jetty.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the gateway itself begins a new audit file, and what becomes of the old ones: the newest is called
 * {@code audit.jsonl.1}, the oldest one goes.
 *
 * @param size bytes that a file has at most, if one line fits; 0 for any number
 * @param every how long the lines of one file span, counted from midnight in UTC
 * @param keep how many old files there are
 */
record AuditRotation(long size, Optional<Duration> every, int keep) {
    /** Somebody else does it, or nobody. */
    static final AuditRotation NONE = new AuditRotation(0, Optional.empty(), 1);

    /**
     * Whether the next line belongs into a new file.
     *
     * @param written bytes in the present one
     * @param more bytes of the line
     * @param last when the last line was written
     */
    boolean isDue(long written, long more, Instant last, Instant now) {
        boolean full = size > 0 && written + more > size;
        boolean over =
                every.filter(span -> period(span, last) != period(span, now)).isPresent();
        return written > 0 && (full || over);
    }

    private static long period(Duration span, Instant time) {
        return Math.floorDiv(time.toEpochMilli(), span.toMillis());
    }

    /** Gives {@code file} and the old ones their next names. A file that is missing among them leaves a gap. */
    void rotate(Path file) throws IOException {
        Files.deleteIfExists(old(file, keep));
        for (int number = keep - 1; number >= 1; number--) {
            if (Files.exists(old(file, number))) {
                Files.move(old(file, number), old(file, number + 1), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Files.move(file, old(file, 1), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The name of an old file. */
    static Path old(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
