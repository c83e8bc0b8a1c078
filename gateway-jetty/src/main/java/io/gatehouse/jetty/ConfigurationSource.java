package io.gatehouse.jetty;

import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.LogConfig;
import io.gatehouse.core.config.Problem;
import java.util.List;

/** Where the configuration of a running gateway is read again. */
@FunctionalInterface
public interface ConfigurationSource {
    /** Nowhere: the gateway was not started from a file. */
    ConfigurationSource NONE = () -> new ConfigurationLoader.Invalid(
            List.of(new Problem("configuration", 0, 0, "", "it was not read from a file")));

    /** What it says now, or all that is wrong with it. */
    ConfigurationLoader.Result read();

    /** Sets the log of the process up as {@code log} says: at the start, and again at each reload. */
    default void apply(LogConfig log) {}

    /** A reload begins, whoever asked for it. */
    default void reloadBegins() {}

    /** The reload has ended, whatever came of it. */
    default void reloadEnded() {}
}
