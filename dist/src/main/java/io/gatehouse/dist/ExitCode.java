package io.gatehouse.dist;

/** The exit codes of {@code gatehouse}, the same for every command. */
final class ExitCode {
    /** It did what was asked. */
    static final int OK = 0;
    /** It could not: a port is taken, a file cannot be written, an account is missing. */
    static final int FAILED = 1;
    /** The command line or the configuration is wrong; trying again will not help. */
    static final int WRONG = 2;

    /** {@code gatehouse explain}: the rules deny it. */
    static final int DENIED = 3;
    /** {@code gatehouse explain}: it depends on something that was not said. */
    static final int DEPENDS = 4;

    /** It did what was asked, but a restart of the gateway forgets it: its file could not be written. */
    static final int NOT_KEPT = 5;

    private ExitCode() {}
}
