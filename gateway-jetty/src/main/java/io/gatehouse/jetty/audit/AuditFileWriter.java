package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditChain;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes audit lines into the file from a thread of its own, so that nobody waits for a slow disk, or for whoever reads
 * standard output, and ties them together. While lines cannot be written, it tries once a second whether they can
 * again, and writes then how many events were lost.
 */
final class AuditFileWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final long LAST_LINES_SECONDS = 5;

    private final AuditFile file;
    private final Optional<OpenSessions> sessions;
    private final List<AuditRecord> ends;
    private final Clock clock;
    private final AuditQueue queue;
    private final AuditLosses losses = new AuditLosses("the audit file");
    private final Thread thread;
    private AuditChain chain;

    /**
     * Begins to write.
     *
     * @param sessions remembers which sessions have a start and no end yet
     * @param ends of sessions of a gateway that did not end itself; they are written first
     */
    AuditFileWriter(
            AuditFile file, Optional<OpenSessions> sessions, List<AuditRecord> ends, Clock clock, int capacity) {
        this.file = file;
        this.sessions = sessions;
        this.ends = ends;
        this.clock = clock;
        this.queue = new AuditQueue(capacity);
        this.chain = file.chain();
        this.thread = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    /** Takes an event, or counts it as lost. */
    void offer(AuditRecord audited, boolean ofStranger) {
        if (!queue.offer(audited, ofStranger)) {
            losses.lose("the audit file does not keep up");
        }
    }

    AuditLosses losses() {
        return losses;
    }

    /** Lines that are not written yet. */
    int waiting() {
        return queue.size();
    }

    private void write() {
        try {
            ends.forEach(this::append);
            sessions.ifPresent(OpenSessions::begin);
            boolean ended = false;
            while (!ended) {
                AuditQueue.Waiting next = queue.poll(PROBE);
                if (next != null) {
                    ended = next.audited().isEmpty();
                    next.audited().ifPresent(this::append);
                    next.done();
                }
                if (losses.now() > 0 && (next == null || queue.isEmpty())) {
                    tellLost();
                }
            }
            sessions.ifPresent(OpenSessions::close);
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the audit file cannot be closed");
        }
    }

    private void append(AuditRecord audited) {
        try {
            appendLinked(audited);
            sessions.ifPresent(open -> open.note(audited));
        } catch (Throwable e) { // whatever it is: without this thread, nothing would be written any more
            losses.lose("the audit file cannot be written: " + e);
        }
    }

    private void appendLinked(AuditRecord audited) throws IOException {
        String json = AuditJson.encode(audited);
        AuditChain[] next = new AuditChain[1];
        file.append(isFirst -> {
            AuditChain.Linked linked = chain.link(json, isFirst);
            next[0] = linked.chain();
            return linked.text();
        });
        chain = next[0];
    }

    private void tellLost() {
        long count = losses.now();
        SequencedMap<String, Object> more = new LinkedHashMap<>();
        more.put("rdgw.count", count);
        try {
            appendLinked(AuditRecord.ofTheLog(clock.instant(), "audit.lost", "events could not be written", more));
            losses.tell(count);
        } catch (Throwable stillFull) {
            // The log has it.
        }
    }

    /** Writes what waits and closes the file, if the disk lets it. */
    @Override
    public void close() {
        queue.end();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(LAST_LINES_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.atError()
                    .addKeyValue("lines", waiting())
                    .log("writing to the audit file does not end; its last lines are lost");
        }
    }
}
