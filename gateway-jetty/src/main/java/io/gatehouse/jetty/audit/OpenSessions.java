package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions whose start is in the audit log and whose end is not yet, in a file beside it. If the gateway is killed,
 * the next start writes their ends: every start has its end. One line a change, {@code +} or {@code -}, a tab, and the
 * line of the start. For one thread.
 */
final class OpenSessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final String START = "session.start";
    private static final Set<String> ENDS = Set.of("session.end", "session.timeout", "session.terminated");
    /** What a start and its end have alike: a client chooses its connection id, and may do so twice. */
    private static final List<String> KEY =
            List.of("rdgw.correlation_id", "user.name", "user.domain", "destination.domain", "destination.port");
    /** What an end says of its start. */
    private static final Set<String> KEPT = Set.of(
            "user.name",
            "user.domain",
            "rdgw.auth.provider",
            "rdgw.auth.method",
            "destination.domain",
            "destination.ip",
            "destination.port",
            "source.ip",
            "rdgw.client_name",
            "rdgw.transport",
            "rdgw.correlation_id");
    /** Lines of ended sessions, beyond those of open ones, before the file is written anew. */
    private static final int MOST_ENDED = 1000;

    private final Path path;
    private final Map<String, Deque<String>> open = new LinkedHashMap<>();
    private Optional<FileChannel> channel = Optional.empty();
    private int lines;
    private int sessions;
    private boolean failing;

    OpenSessions(Path path) {
        this.path = path;
    }

    /** Beside the audit file {@code file}. */
    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".open");
    }

    /**
     * The ends of the sessions that a gateway left open which did not end itself. Lines that are not whole are none.
     */
    static List<AuditRecord> ends(Path path, Instant now) throws IOException {
        Map<String, Deque<AuditRecord>> left = new LinkedHashMap<>();
        // A line that a full disk cut may end within a character, which this reader takes for any other.
        try (BufferedReader all =
                new BufferedReader(new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8))) {
            for (String line = all.readLine(); line != null; line = all.readLine()) {
                change(line, left);
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        List<AuditRecord> ends = new ArrayList<>();
        left.values().forEach(starts -> starts.forEach(start -> ends.add(end(start, now))));
        return ends;
    }

    private static void change(String line, Map<String, Deque<AuditRecord>> left) {
        if (line.length() < 2) {
            return;
        }
        AuditJson.decode(line.substring(2)).ifPresent(start -> {
            Deque<AuditRecord> same = left.computeIfAbsent(key(start), _ -> new ArrayDeque<>());
            if (line.startsWith("+\t")) {
                same.add(start);
            } else if (line.startsWith("-\t")) {
                same.pollFirst();
            }
        });
    }

    private static AuditRecord end(AuditRecord start, Instant now) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("event.action", "session.end");
        fields.put("event.category", "session");
        fields.put("event.code", "303");
        fields.put("event.outcome", "failure");
        fields.put("event.reason", "the gateway crashed or was killed; written at its next start");
        fields.put("event.start", AuditJson.time(start.time()));
        fields.put("rdgw.closed_by", "crash");
        start.fields().forEach((name, value) -> {
            if (KEPT.contains(name)) {
                fields.put(name, value);
            }
        });
        return new AuditRecord(now, fields);
    }

    private static String key(AuditRecord audited) {
        return String.join(
                "\t", KEY.stream().map(name -> audited.text(name).orElse("")).toList());
    }

    /** The sessions of before have their ends: none is open. */
    void begin() {
        append("");
    }

    /** Remembers a start, and forgets one with its end. Other events change nothing. */
    void note(AuditRecord audited) {
        if (audited.action().equals(START)) {
            String line = AuditJson.encode(audited);
            open.computeIfAbsent(key(audited), _ -> new ArrayDeque<>()).add(line);
            sessions++;
            append("+\t" + line + "\n");
        } else if (ENDS.contains(audited.action())) {
            Deque<String> same = open.get(key(audited));
            if (same != null) {
                String line = same.removeFirst();
                if (same.isEmpty()) {
                    open.remove(key(audited));
                }
                sessions--;
                append("-\t" + line + "\n");
            }
        }
    }

    private void append(String line) {
        try {
            lines++;
            if (failing || channel.isEmpty() || lines > 2 * sessions + MOST_ENDED) {
                writeAnew();
            } else {
                write(channel.get(), line);
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.atError()
                        .addKeyValue("file", path)
                        .addKeyValue("cause", e)
                        .log(
                                "open sessions cannot be kept: after a crash, their ends would be missing in the audit log");
            }
            failing = true;
        }
    }

    private void writeAnew() throws IOException {
        closeChannel();
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        FileChannel fresh = FileChannel.open(draft, StandardOpenOption.APPEND);
        try {
            for (Deque<String> same : open.values()) {
                for (String line : same) {
                    write(fresh, "+\t" + line + "\n");
                }
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        channel = Optional.of(fresh);
        lines = sessions;
    }

    private static void write(FileChannel to, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void closeChannel() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
            channel = Optional.empty();
        }
    }

    /** Removes the file, when every session has its end. */
    @Override
    public void close() {
        try {
            closeChannel();
            if (sessions == 0) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", path).addKeyValue("cause", e).log("the file cannot be removed");
        }
    }
}
