package io.gatehouse.jetty.scheduling;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again on a thread of its own, for which nobody waits, until it is closed. A look that fails, whatever
 * it throws, keeps none of the next ones from being taken.
 */
public final class RegularLook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegularLook.class);

    private final String name;
    private final Runnable look;
    private final ScheduledExecutorService thread;

    /**
     * One that does not look yet.
     *
     * @param name of its thread
     */
    public RegularLook(String name, Runnable look) {
        this.name = name;
        this.look = look;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name(name).factory());
    }

    /** Looks for the first time after {@code pause}, and waits as long between two looks. */
    public void start(Duration pause) {
        var _ = thread.scheduleWithFixedDelay(this::look, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            look.run();
        } catch (Throwable e) { // whatever it is: a task that throws would not be run again
            LOG.atError().addKeyValue("look", name).setCause(e).log("a regular look failed");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
