package io.gatehouse.jetty.admin;

import io.gatehouse.core.config.ReloadAnswer;

/** Puts the configuration of a running gateway into force again. Safe for use by many threads. */
@FunctionalInterface
public interface ConfigurationControl {
    /**
     * Reads the file and puts it into force: all of it or nothing. Leaves one audit line, whatever comes of it.
     *
     * @param by who asked, for the audit log: {@code SIGHUP}, or the name of an administrator
     */
    ReloadAnswer reload(String by);
}
