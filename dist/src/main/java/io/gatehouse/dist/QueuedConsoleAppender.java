package io.gatehouse.dist;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes the log from a thread of its own, so that nobody who logs waits for whoever reads it. Up to {@value #CAPACITY}
 * lines wait; what comes then is lost, and the next line that is written says how many were. Logback's own
 * AsyncAppender does not tell what it drops.
 */
public final class QueuedConsoleAppender extends ConsoleAppender<ILoggingEvent> {
    private static final int CAPACITY = 8192;
    private static final long LAST_LINES_MILLIS = 1000;
    /** Wakes the writer, and is not written. */
    private static final ILoggingEvent END = new LoggingEvent();

    private static final String LOST = "log lines were lost: they were not read in time";

    private final BlockingQueue<ILoggingEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final LongAdder lost = new LongAdder();
    private volatile boolean ending;
    private @Nullable Thread writer;

    @Override
    public void start() {
        super.start();
        if (isStarted()) {
            writer = Thread.ofPlatform().name("log").daemon().start(this::write);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (ending || !waiting.offer(event)) {
            lost.increment();
        }
    }

    private void write() {
        try {
            while (!ending || !waiting.isEmpty()) {
                ILoggingEvent event = waiting.take();
                if (event != END) {
                    tellLost();
                    super.append(event);
                }
            }
            tellLost();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellLost() {
        long count = lost.sumThenReset();
        if (count > 0 && getContext() instanceof LoggerContext context) {
            LoggingEvent line = new LoggingEvent(
                    QueuedConsoleAppender.class.getName(),
                    context.getLogger(QueuedConsoleAppender.class),
                    Level.WARN,
                    LOST,
                    null,
                    null);
            line.addKeyValuePair(new KeyValuePair("lost", count));
            super.append(line);
        }
    }

    /** Writes what waits, if it is read; somebody who reads nothing does not keep the program from ending. */
    @Override
    public void stop() {
        Thread last = writer;
        if (!isStarted() || last == null) {
            return;
        }
        ending = true;
        waiting.offer(END); // if the queue is full, the writer is awake
        try {
            last.join(LAST_LINES_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (last.isAlive()) {
            started = false; // the stream is locked by the thread that cannot write
        } else {
            super.stop();
        }
    }
}
