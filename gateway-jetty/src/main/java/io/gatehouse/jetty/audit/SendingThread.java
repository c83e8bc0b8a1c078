package io.gatehouse.jetty.audit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that sends the events of a queue to a server, with its pauses and its end: when the gateway stops, what
 * waits is sent if the server takes it soon. Safe for use by many threads.
 */
final class SendingThread {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final Duration LAST_EVENTS = Duration.ofSeconds(3);
    private static final Duration LAST_ATTEMPT = Duration.ofSeconds(1);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final String server;
    private final AuditQueue queue;
    private final Thread thread;
    private volatile boolean closing;

    /** Sends until the queue has ended. */
    @FunctionalInterface
    interface Sending {
        void run() throws InterruptedException;
    }

    /**
     * A thread that has not begun yet.
     *
     * @param name of the thread
     * @param server as the log calls it
     */
    SendingThread(String name, String server, AuditQueue queue, Sending sending) {
        this.server = server;
        this.queue = queue;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> run(sending));
    }

    /** Whatever is thrown on the way: without this thread, nothing would be sent any more. */
    private void run(Sending sending) {
        try {
            while (!ended(sending)) {
                pause(AFTER_A_FAILURE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended(Sending sending) throws InterruptedException {
        try {
            sending.run();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("server", server).setCause(e).log("sending failed; it goes on");
            return closing;
        }
    }

    void start() {
        thread.start();
    }

    /** Whether the time for the last events is over: what fails now is not tried again. */
    boolean isClosing() {
        return closing;
    }

    /** Waits before another attempt, not at the end of the gateway. */
    synchronized void pause(Duration pause) throws InterruptedException {
        if (!closing) {
            TimeUnit.NANOSECONDS.timedWait(this, pause.toNanos());
        }
    }

    /**
     * Sends what waits, if the server takes it soon.
     *
     * @param abort ends what is under way when the time is over
     */
    void close(Runnable abort) {
        queue.end();
        try {
            thread.join(LAST_EVENTS);
            closing = true;
            synchronized (this) {
                notifyAll();
            }
            if (thread.isAlive()) {
                abort.run();
                thread.join(LAST_ATTEMPT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive() || queue.size() > 0) {
            LOG.atError()
                    .addKeyValue("server", server)
                    .addKeyValue("events", queue.size())
                    .log("the server does not take the last events");
        }
    }
}
