package io.gatehouse.dist;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sends the log to standard error, one line an event; audit lines have their own place. Nobody waits for whoever reads
 * it. Logback finds this class as a service. A file in XML would cost the start a parser; who names one by {@code
 * logback.configurationFile} has it instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetUp extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0} %msg %kvp{DOUBLE}%n%ex";

    /** Whether an administrator has named a file of Logback's own. */
    static boolean isByFile() {
        return System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isByFile()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LogEncoder encoder = new LogEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        QueuedConsoleAppender appender = new QueuedConsoleAppender();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        // These warn of a request's own bytes, so any stranger could fill the log.
        context.getLogger("org.eclipse.jetty.http.HttpParser").setLevel(Level.ERROR);
        context.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.ERROR);
        // The stages of connections that an administrator debugs: gatehouse debug.
        context.getLogger("io.gatehouse.watched").setLevel(Level.DEBUG);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
