package io.gatehouse.dist;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log as a JSON object with the names of the Elastic Common Schema, those of the audit log for what both
 * have, and {@code gatehouse.} for the rest.
 */
final class EcsLine {
    private static final String VERSION = "8.11.0";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** What the schema, or the audit log, has a name for. */
    private static final Map<String, String> NAMES = Map.of(
            "correlation", "rdgw.correlation_id",
            "client", "source.ip",
            "user", "user.name",
            "reason", "event.reason",
            "cause", "event.reason",
            "code", "rdgw.error",
            "stage", "rdgw.stage",
            "status", "http.response.status_code");

    private EcsLine() {}

    static String of(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("@timestamp", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        line.put("log.level", event.getLevel().toString());
        line.put("message", event.getFormattedMessage());
        line.put("ecs.version", VERSION);
        line.put("service.name", "gatehouse");
        line.put("log.logger", event.getLoggerName());
        line.put("process.thread.name", event.getThreadName());
        for (KeyValuePair pair : Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of())) {
            line.putIfAbsent(name(pair.key), value(pair.value));
        }
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            line.put("error.type", failure.getClassName());
            line.put("error.message", String.valueOf(failure.getMessage()));
            line.put("error.stack_trace", ThrowableProxyUtil.asString(failure));
        }
        return JSONObjectUtils.toJSONString(line);
    }

    private static String name(String key) {
        return NAMES.getOrDefault(key, "gatehouse." + key);
    }

    private static Object value(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
    }
}
