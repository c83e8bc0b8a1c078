package io.gatehouse.jetty;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes audit lines from a thread of its own, so that a slow disk does not hold up tunnels. The queue is bounded: when the disk
 * falls behind by that many events, sign-ins wait for it a while before an event is lost, and losing one is logged as an error.
 */
final class AuditTrail implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int CAPACITY = 8192;
    private static final long PATIENCE_SECONDS = 5;

    private record Line(String text, boolean last) {}

    private final Clock clock;
    private final OutputStream output;
    private final boolean ownsOutput;
    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final LongAdder lost = new LongAdder();
    private final Thread writer;

    /**
     * Opens the trail.
     *
     * @param file where lines are appended; standard output when empty
     */
    AuditTrail(Optional<Path> file, Clock clock) throws GatewayStartException {
        this.clock = clock;
        this.ownsOutput = file.isPresent();
        this.output = file.isPresent() ? open(file.get()) : System.out;
        this.writer = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    private static OutputStream open(Path file) throws GatewayStartException {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            }
            return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new GatewayStartException("audit file " + file + " cannot be written: " + e, e);
        }
    }

    @Override
    public void record(AuditEvent event) {
        offer(new Line(AuditJson.encode(event, clock.instant()), false));
        EventLog.log(event);
    }

    /** Events that could not be kept, ever. */
    long lost() {
        return lost.sum();
    }

    private void offer(Line line) {
        try {
            if (!lines.offer(line, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                lost.increment();
                LOG.error("audit event lost: the audit file does not keep up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lost.increment();
            LOG.error("audit event lost: interrupted");
        }
    }

    private void write() {
        try {
            while (true) {
                Line line = lines.take();
                if (line.last()) {
                    return;
                }
                append(line.text());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void append(String text) {
        try {
            output.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (IOException e) {
            lost.increment();
            LOG.atError().setCause(e).log("audit event lost: the audit file cannot be written");
        }
    }

    /** Writes what is queued and closes the file. */
    @Override
    public void close() {
        offer(new Line("", true));
        try {
            writer.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (ownsOutput) {
                output.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the audit file cannot be closed");
        }
    }
}
