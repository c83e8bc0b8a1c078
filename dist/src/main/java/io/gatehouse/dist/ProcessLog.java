package io.gatehouse.dist;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of the whole process: its last lines, and what no code caught. */
final class ProcessLog {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessLog.class);

    private ProcessLog() {}

    /** Java would write to standard error itself, and wait until somebody reads it. */
    static void takeUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> LOG.atError()
                .addKeyValue("thread", thread.getName())
                .setCause(failure)
                .log("a thread ended by an exception"));
    }

    /** Writes the lines that wait; nothing is logged after this. */
    static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
