package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import java.util.List;

/**
 * {@code [log]}: what the log on standard error has, and how it is written.
 *
 * @param level what the gateway logs: {@code "error"}, {@code "warn"}, {@code "info"} or {@code "debug"}, and what is
 *     graver. Libraries are not affected
 * @param format {@code "text"}, or {@code "json"}: one JSON object a line
 * @param logger {@code [[log.logger]]}, levels of single packages. Libraries cannot have {@code "debug"}, since they
 *     would log passwords and tokens
 */
public record LogConfig(
        @ConfigDefault("info") Level level,
        @ConfigDefault("text") Format format,
        @ConfigDefault("[]") List<NamedLogger> logger) {
    public LogConfig {
        logger = List.copyOf(logger);
    }

    /** What is written: this and what is graver. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** How lines are written. */
    public enum Format {
        /** For people: time, level, logger, message, {@code key="value"}. */
        TEXT,
        /** JSON, one object a line, with the names of the Elastic Common Schema. */
        JSON
    }

    /**
     * {@code [[log.logger]]}.
     *
     * @param name a package or class, such as {@code "io.gatehouse.jetty.kdcproxy"}. Those below it have the level, too
     * @param level what it logs
     */
    public record NamedLogger(@OneLine(200) String name, Level level) {}
}
