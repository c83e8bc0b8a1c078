package io.gatehouse.core.config;

import io.gatehouse.core.config.LogConfig.Level;
import io.gatehouse.core.config.LogConfig.NamedLogger;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks {@code [log]}. */
final class LogChecks {
    private static final String OWN = "io.gatehouse";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");

    private final Problems problems;

    LogChecks(Problems problems) {
        this.problems = problems;
    }

    void check(LogConfig log, String path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < log.logger().size(); i++) {
            String name = log.logger().get(i).name();
            if (!names.add(name)) {
                problems.at(path + ".logger[" + i + "].name", Display.of(name) + " is named twice");
            }
        }
    }

    /** Libraries write headers and messages in full at DEBUG, passwords and tokens among them. */
    void check(NamedLogger logger, String path) {
        if (!NAME.matcher(logger.name()).matches()) {
            problems.at(
                    path + ".name",
                    Display.of(logger.name())
                            + " (expected a package or class, for example \"io.gatehouse.jetty.kdcproxy\")");
            return;
        }
        boolean own = logger.name().equals(OWN) || logger.name().startsWith(OWN + ".");
        if (!own && logger.level() == Level.DEBUG) {
            problems.at(
                    path + ".level",
                    "\"debug\" for a library, which would write passwords and tokens (expected a logger below \"" + OWN
                            + "\", or another level)");
        }
    }
}
