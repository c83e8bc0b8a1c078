package io.gatehouse.jetty;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same again and again, as long as it should go on. A part that fails, whatever it throws, keeps neither the
 * others from their turn nor the next round from coming.
 */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final Scheduler scheduler;
    private final BooleanSupplier goesOn;
    private final Duration pause;
    private final List<Runnable> parts;

    /**
     * Rounds that have not begun.
     *
     * @param pause between the end of a round and the next one
     */
    Rounds(Scheduler scheduler, BooleanSupplier goesOn, Duration pause, Runnable... parts) {
        this.scheduler = scheduler;
        this.goesOn = goesOn;
        this.pause = pause;
        this.parts = List.of(parts);
    }

    /** Makes one now, and lets the others follow. */
    void make() {
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (Throwable e) { // whatever it is: there would be no further round
                LOG.atError().setCause(e).log("a part of the regular round failed");
            }
        }
        if (goesOn.getAsBoolean()) {
            scheduler.schedule(this::make, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
