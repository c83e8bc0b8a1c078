package io.gatehouse.dist;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.gatehouse.core.config.LogConfig;
import java.nio.charset.StandardCharsets;

/** Writes lines of the log as text by its pattern, or as JSON; may be told the other at any time. */
public final class LogEncoder extends PatternLayoutEncoder {
    private volatile LogConfig.Format format = LogConfig.Format.TEXT;

    void setFormat(LogConfig.Format next) {
        format = next;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return switch (format) {
            case TEXT -> super.encode(event);
            case JSON -> (EcsLine.of(event) + "\n").getBytes(StandardCharsets.UTF_8);
        };
    }
}
