package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.core.config.LogConfig;
import io.gatehouse.core.config.LogConfig.Format;
import io.gatehouse.core.config.LogConfig.NamedLogger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** The table {@code [log]} applied to this process, and lines in JSON. */
class ProcessLogTest {
    private static final LogConfig USUAL = new LogConfig(LogConfig.Level.INFO, Format.TEXT, List.of());

    @AfterEach
    void usual() {
        ProcessLog.apply(USUAL);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static LoggingEvent event(String message) {
        return new LoggingEvent(
                ProcessLogTest.class.getName(), logger("io.gatehouse.requests"), Level.INFO, message, null, null);
    }

    @Test
    void levelsAreSetAndASecondTimeTheFirstOnesAreForgotten() {
        Level jetty = logger("org.eclipse.jetty").getLevel();
        ProcessLog.apply(new LogConfig(
                LogConfig.Level.DEBUG,
                Format.TEXT,
                List.of(
                        new NamedLogger("io.gatehouse.jetty.kdcproxy", LogConfig.Level.ERROR),
                        new NamedLogger("org.eclipse.jetty", LogConfig.Level.INFO))));
        assertThat(logger("io.gatehouse.anything").getEffectiveLevel()).isEqualTo(Level.DEBUG);
        assertThat(logger("io.gatehouse.jetty.kdcproxy.Some").getEffectiveLevel())
                .isEqualTo(Level.ERROR);
        assertThat(logger("org.eclipse.jetty").getLevel()).isEqualTo(Level.INFO);

        ProcessLog.apply(new LogConfig(LogConfig.Level.ERROR, Format.TEXT, List.of()));

        assertThat(logger("io.gatehouse.anything").isInfoEnabled()).isFalse();
        assertThat(logger("io.gatehouse.jetty.kdcproxy").getEffectiveLevel()).isEqualTo(Level.ERROR);
        assertThat(logger("org.eclipse.jetty").getLevel()).isEqualTo(jetty);
        assertThat(logger("io.gatehouse.watched").isDebugEnabled()).isTrue();
    }

    @Test
    void theFormatChangesWhileTheLogIsWritten() throws Exception {
        LogEncoder encoder = new LogEncoder();
        encoder.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        encoder.setPattern("%-5level %msg %kvp{DOUBLE}%n");
        encoder.start();
        LoggingEvent event = event("request refused");
        event.addKeyValuePair(new KeyValuePair("status", 404));
        assertThat(text(encoder, event)).isEqualTo("INFO  request refused status=\"404\"\n");

        encoder.setFormat(Format.JSON);
        assertThat(text(encoder, event)).startsWith("{\"@timestamp\":\"20").endsWith("}\n");
        encoder.setFormat(Format.TEXT);
        assertThat(text(encoder, event)).startsWith("INFO  request refused");
    }

    private static String text(LogEncoder encoder, LoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void aLineInJsonHasTheNamesOfTheSchemaAndIsOneLine() throws Exception {
        LoggingEvent event = event("two\nlines \"quoted\" \u202e");
        event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("why")));
        event.addKeyValuePair(new KeyValuePair("correlation", "c0ffee"));
        event.addKeyValuePair(new KeyValuePair("client", "192.0.2.7"));
        event.addKeyValuePair(new KeyValuePair("status", 404));
        event.addKeyValuePair(new KeyValuePair("request", "GET /"));
        event.addKeyValuePair(new KeyValuePair("nothing", null));

        String line = EcsLine.of(event);

        assertThat(line).doesNotContain("\n");
        Map<String, Object> fields = JSONObjectUtils.parse(line);
        assertThat(fields)
                .containsEntry("log.level", "INFO")
                .containsEntry("log.logger", "io.gatehouse.requests")
                .containsEntry("message", "two\nlines \"quoted\" \u202e")
                .containsEntry("rdgw.correlation_id", "c0ffee")
                .containsEntry("source.ip", "192.0.2.7")
                .containsEntry("gatehouse.request", "GET /")
                .containsEntry("gatehouse.nothing", "null")
                .containsEntry("error.type", "java.lang.IllegalStateException")
                .containsEntry("error.message", "why");
        assertThat(String.valueOf(fields.get("http.response.status_code"))).startsWith("404");
        assertThat(String.valueOf(fields.get("@timestamp")))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }
}
