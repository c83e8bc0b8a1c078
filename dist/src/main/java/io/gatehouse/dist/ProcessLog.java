package io.gatehouse.dist;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.gatehouse.core.config.LogConfig;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of the whole process: its last lines, and what no code caught. */
final class ProcessLog {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessLog.class);

    /** Where the gateway and its providers log. */
    private static final String OWN = "io.gatehouse";

    /** The levels of loggers before {@link #apply} changed them. */
    private static final Map<String, Optional<Level>> BEFORE = new HashMap<>();

    private static boolean quiet;

    private ProcessLog() {}

    /**
     * Sets levels and format. An administrator who gave Logback a file of their own has set them there.
     *
     * @param log replaces the one before it
     */
    static synchronized void apply(LogConfig log) {
        if (quiet || LogSetUp.isByFile() || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        BEFORE.forEach((name, level) -> context.getLogger(name).setLevel(level.orElse(null)));
        BEFORE.clear();
        set(context, OWN, log.level());
        log.logger().forEach(logger -> set(context, logger.name(), logger.level()));
        for (Iterator<Appender<ILoggingEvent>> all =
                        context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
                all.hasNext(); ) {
            if (all.next() instanceof QueuedConsoleAppender console
                    && console.getEncoder() instanceof LogEncoder encoder) {
                encoder.setFormat(log.format());
            }
        }
    }

    private static void set(LoggerContext context, String name, LogConfig.Level level) {
        ch.qos.logback.classic.Logger logger = context.getLogger(name);
        BEFORE.putIfAbsent(name, Optional.ofNullable(logger.getLevel()));
        logger.setLevel(Level.toLevel(level.name()));
    }

    /** Java would write to standard error itself, and wait until somebody reads it. */
    static void takeUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> LOG.atError()
                .addKeyValue("thread", thread.getName())
                .setCause(failure)
                .log("a thread ended by an exception"));
    }

    /** Warnings only, for a command that has a gateway work for itself. */
    static synchronized void quieten() {
        quiet = true;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        }
    }

    /** Writes the lines that wait; nothing is logged after this. */
    static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
