package io.gatehouse.jetty;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** The lines that the log has about refused requests while this is open. */
public final class RequestLines implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.gatehouse.requests");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    public RequestLines() {
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    /** Each with its keys and values, as {@code message key=value …}. */
    public List<String> all() {
        synchronized (log) { // as appenders do
            return log.list.stream().map(RequestLines::text).toList();
        }
    }

    private static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            text.append(' ').append(pair.key).append('=').append(pair.value);
        }
        return text.toString();
    }

    /** Waits for a line with all these texts. */
    public void await(String... texts) throws Exception {
        Await.until(
                "line with " + List.of(texts),
                () -> all().stream().anyMatch(line -> Stream.of(texts).allMatch(line::contains)));
    }

    @Override
    public void close() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }
}
