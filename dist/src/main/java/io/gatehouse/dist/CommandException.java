package io.gatehouse.dist;

/** A command ends here; the message tells the administrator why, without a stack. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** It could not be done: {@link ExitCode#FAILED}. */
    static CommandException failed(String message) {
        return new CommandException(ExitCode.FAILED, message);
    }

    /** It should not have been asked for: {@link ExitCode#WRONG}. */
    static CommandException wrong(String message) {
        return new CommandException(ExitCode.WRONG, message);
    }

    int exitCode() {
        return exitCode;
    }
}
