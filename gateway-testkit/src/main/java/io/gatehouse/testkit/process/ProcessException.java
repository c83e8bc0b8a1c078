package io.gatehouse.testkit.process;

/** A program did not start, did not become ready or failed; the message says what its log ends with. */
public final class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was expected of which program, and its output */
    public ProcessException(String message) {
        super(message);
    }

    /** {@link #ProcessException(String)} with what caused it. */
    public ProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
