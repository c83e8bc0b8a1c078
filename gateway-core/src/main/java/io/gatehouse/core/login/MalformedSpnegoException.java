package io.gatehouse.core.login;

/**
 * The one thing that hostile bytes can cause in {@link SpnegoToken}. Carries no stack trace: it is an answer, not a
 * fault.
 */
final class MalformedSpnegoException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    MalformedSpnegoException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** What is wrong, for the audit log. */
    String reason() {
        return reason;
    }
}
