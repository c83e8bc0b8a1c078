package io.gatehouse.jetty;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class writes to the log as a warning, from the moment on when this is made. */
public final class WarningLog implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** The log of {@code writer}. */
    public WarningLog(Class<?> writer) {
        logger = (Logger) LoggerFactory.getLogger(writer);
        logger.setLevel(Level.WARN);
        log.start();
        logger.addAppender(log);
    }

    /** The lines; waits for the first. */
    public List<String> lines() throws Exception {
        Await.until("a line", () -> !log.list.isEmpty());
        synchronized (log) { // as appenders do
            return log.list.stream().map(ILoggingEvent::getMessage).toList();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }
}
