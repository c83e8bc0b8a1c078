package io.gatehouse.jetty.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.jetty.Await;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the log says about refused connections, from the moment on when this is made. */
final class RefusalLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusedConnections.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    RefusalLog() {
        logger.setLevel(Level.WARN);
        log.start();
        logger.addAppender(log);
    }

    /** The lines; waits for the first. */
    List<String> lines() throws Exception {
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
