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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes audit lines from a thread of its own, so that a slow disk does not hold up tunnels. The queue is bounded: when the disk
 * falls behind by that many events, virtual threads, where people sign in, wait for it a while before an event is lost. Other threads
 * carry tunnels and never wait; they have as much room again. When events begin to be lost, an error is logged.
 */
final class AuditTrail implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int CAPACITY = 8192;
    private static final long PATIENCE_SECONDS = 5;

    /**
     * What the writer is to do.
     *
     * @param room what is given back when the line is taken out of the queue
     */
    private record Line(String text, Semaphore room, boolean last) {}

    private final Clock clock;
    private final OutputStream output;
    private final boolean ownsOutput;
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Semaphore roomForTunnels;
    private final LongAdder lost = new LongAdder();
    private final AtomicBoolean losing = new AtomicBoolean();
    private final Thread writer;

    /**
     * Opens the trail.
     *
     * @param file where lines are appended; standard output when empty
     */
    AuditTrail(Optional<Path> file, Clock clock) throws GatewayStartException {
        this(file, clock, CAPACITY);
    }

    AuditTrail(Optional<Path> file, Clock clock, int capacity) throws GatewayStartException {
        this.clock = clock;
        this.room = new Semaphore(capacity);
        this.roomForTunnels = new Semaphore(capacity);
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
        offer(AuditJson.encode(event, clock.instant()));
        EventLog.log(event);
    }

    /** Events that could not be kept, ever. */
    long lost() {
        return lost.sum();
    }

    private void offer(String text) {
        try {
            Optional<Semaphore> place = place();
            if (place.isPresent()) {
                lines.add(new Line(text, place.get(), false));
            } else {
                lose("the audit file does not keep up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lose("interrupted");
        }
    }

    private Optional<Semaphore> place() throws InterruptedException {
        if (Thread.currentThread().isVirtual()) {
            return room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS) ? Optional.of(room) : Optional.empty();
        }
        return Stream.of(room, roomForTunnels).filter(Semaphore::tryAcquire).findFirst();
    }

    /** Counts a lost event; an error is logged for the first of them, not for each. */
    private void lose(String why) {
        lost.increment();
        if (losing.compareAndSet(false, true)) {
            LOG.atError().addKeyValue("cause", why).log("audit events are lost");
        }
    }

    private void write() {
        try {
            for (Line line = lines.take(); !line.last(); line = lines.take()) {
                boolean kept = append(line.text());
                line.room().release();
                if (kept && lines.isEmpty() && losing.compareAndSet(true, false)) {
                    LOG.atWarn().addKeyValue("lost", lost()).log("audit events are kept again");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean append(String text) {
        try {
            output.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
            return true;
        } catch (IOException e) {
            lose("the audit file cannot be written: " + e);
            return false;
        }
    }

    /** Writes what is queued and closes the file. */
    @Override
    public void close() {
        lines.add(new Line("", room, true));
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
