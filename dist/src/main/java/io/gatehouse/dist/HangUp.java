package io.gatehouse.dist;

import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears SIGHUP, which would end the process otherwise. Where it cannot be heard, the signal does what it always does.
 */
final class HangUp {
    /** Signals that were heard, and not answered yet. */
    private static final Semaphore HEARD = new Semaphore(0);

    private HangUp() {}

    /** Answers signals until it is closed. */
    interface Answering extends AutoCloseable {
        @Override
        void close();
    }

    /** Hears each signal from now on, and remembers it until somebody answers. */
    static void listen() {
        try {
            Signals.hear("HUP", HEARD::release);
        } catch (ReflectiveOperationException | IllegalArgumentException exception) {
            log().atWarn().setCause(exception).log("SIGHUP is not heard: the configuration cannot be reloaded by it");
        }
    }

    /** Not a constant: the first logger takes a moment to make, in which a signal would end the process. */
    private static Logger log() {
        return LoggerFactory.getLogger(HangUp.class);
    }

    /**
     * Runs {@code action} after each signal, those that were heard before among them, by a thread of its own. Signals
     * that come while it runs are answered together by the next time.
     */
    static Answering answerBy(Runnable action) {
        Thread thread = Thread.ofVirtual().name("reload").start(() -> {
            try {
                while (true) {
                    HEARD.acquire();
                    HEARD.drainPermits();
                    run(action);
                }
            } catch (InterruptedException _) {
                // It is closed.
            }
        });
        return thread::interrupt;
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException exception) {
            log().atError().setCause(exception).log("the configuration was not reloaded");
        }
    }
}
