package io.gatehouse.dist.doctor;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The last lines of the gateway's audit log, where it is a file, for what the doctor has just caused itself. */
final class AuditLines {
    private static final long TAIL = 1 << 20;
    private static final Duration AT_MOST = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private final Optional<Path> file;

    AuditLines(Optional<Path> file) {
        this.file = file.filter(Files::isReadable);
    }

    boolean isThere() {
        return file.isPresent();
    }

    @Override
    public String toString() {
        return file.map(Path::toString).orElse("the audit log");
    }

    /** The fields of the line about {@code action} with this correlation id; empty when none comes soon. */
    Optional<Map<String, String>> await(UUID correlation, String action) throws InterruptedException {
        long end = System.nanoTime() + AT_MOST.toNanos();
        Optional<Map<String, String>> found = find(correlation, action);
        while (isThere() && found.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(BETWEEN);
            found = find(correlation, action);
        }
        return found;
    }

    private Optional<Map<String, String>> find(UUID correlation, String action) {
        return file.flatMap(AuditLines::tail)
                .flatMap(text -> text.lines()
                        .filter(line -> line.contains(correlation.toString()) && line.contains('"' + action + '"'))
                        .findFirst())
                .map(AuditLines::fields);
    }

    private static Optional<String> tail(Path file) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - TAIL));
            return Optional.of(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException exception) {
            return Optional.empty();
        }
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            JSONObjectUtils.parse(line).forEach((name, value) -> fields.put(name, String.valueOf(value)));
        } catch (ParseException exception) {
            // A line that is being written.
        }
        return fields;
    }
}
