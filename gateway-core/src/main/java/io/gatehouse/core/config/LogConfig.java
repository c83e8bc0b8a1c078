package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import java.util.List;

/**
 * {@code [log]}: what the log on standard error has, and how it is written.
 *
 * @param level of the gateway and its providers
 * @param format of the lines
 * @param logger {@code [[log.logger]]}, single loggers with levels of their own
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
     * @param name of the logger: a package or class; those below it have the level, too
     */
    public record NamedLogger(@OneLine(200) String name, Level level) {}
}
