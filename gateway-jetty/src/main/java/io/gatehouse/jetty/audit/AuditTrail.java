package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.nio.file.Path;
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
 * Writes audit lines from a thread of its own, so that nobody waits for a slow disk, or for whoever reads standard
 * output. The queue is bounded: when the writer falls behind by that many events, further ones are lost and counted.
 * Events of refused strangers have one half of the queue only, so that a flood of them drives out nothing that people
 * did who signed in. When events begin to be lost, an error is logged.
 */
public final class AuditTrail implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int CAPACITY = 8192;
    private static final long LAST_LINES_SECONDS = 5;

    /**
     * What the writer is to do.
     *
     * @param room what is given back when the line is taken out of the queue
     */
    private record Line(String text, Semaphore room, boolean last) {}

    private final Clock clock;
    private final AuditFile file;
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Semaphore roomForSessions;
    private final LongAdder lost = new LongAdder();
    private final AtomicBoolean losing = new AtomicBoolean();
    private final Thread writer;

    /**
     * Opens the trail.
     *
     * @param file where lines are appended; standard output when empty
     */
    public AuditTrail(Optional<Path> file, Clock clock) throws GatewayStartException {
        this(file, clock, CAPACITY);
    }

    public AuditTrail(Optional<Path> file, Clock clock, int capacity) throws GatewayStartException {
        this.clock = clock;
        this.room = new Semaphore(capacity);
        this.roomForSessions = new Semaphore(capacity);
        this.file = file.isPresent() ? open(file.get()) : AuditFile.standardOutput();
        this.writer = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    private static AuditFile open(Path file) throws GatewayStartException {
        try {
            return AuditFile.at(file);
        } catch (IOException e) {
            throw new GatewayStartException("audit file " + file + " cannot be written: " + e, e);
        }
    }

    @Override
    public void record(AuditEvent event) {
        Optional<Semaphore> place = place(event);
        if (place.isPresent()) {
            lines.add(new Line(AuditJson.encode(event, clock.instant()), place.get(), false));
        } else {
            lose("the audit file does not keep up");
        }
        EventLog.log(event);
    }

    /** Events that could not be kept, ever. */
    public long lost() {
        return lost.sum();
    }

    /** Lines that are not written yet. */
    int waiting() {
        return lines.size();
    }

    private Optional<Semaphore> place(AuditEvent event) {
        Stream<Semaphore> places = isOfStranger(event) ? Stream.of(room) : Stream.of(room, roomForSessions);
        return places.filter(Semaphore::tryAcquire).findFirst();
    }

    private static boolean isOfStranger(AuditEvent event) {
        return switch (event) {
            case AuditEvent.SignInRefused _, AuditEvent.KdcProxyRefused _, AuditEvent.RefusalsRepeated _ -> true;
            case AuditEvent.Refused refused -> refused.identity().isEmpty();
            case AuditEvent.AdminCall call -> call.administrator().isEmpty();
            case AuditEvent.SignedIn _,
                    AuditEvent.ChannelOpened _,
                    AuditEvent.ChannelClosed _,
                    AuditEvent.TokenIssued _,
                    AuditEvent.SignedOut _,
                    AuditEvent.ConfigurationReloaded _ -> false;
        };
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
                    LOG.atWarn().addKeyValue("lost", lost()).log("audit events are written again");
                }
            }
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the audit file cannot be closed");
        }
    }

    private boolean append(String text) {
        try {
            file.append(text);
            return true;
        } catch (IOException e) {
            lose("the audit file cannot be written: " + e);
            return false;
        }
    }

    /** Writes what is queued and closes the file, if the disk lets it. */
    @Override
    public void close() {
        lines.add(new Line("", room, true));
        try {
            writer.join(TimeUnit.SECONDS.toMillis(LAST_LINES_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.atError()
                    .addKeyValue("lines", waiting())
                    .log("writing to the audit file does not end; its last lines are lost");
        }
    }
}
