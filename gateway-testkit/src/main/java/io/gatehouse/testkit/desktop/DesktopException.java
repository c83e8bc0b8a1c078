package io.gatehouse.testkit.desktop;

/** A desktop, display or client did not come up or could not be driven; the message says what its log ends with. */
public final class DesktopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DesktopException(String message) {
        super(message);
    }

    DesktopException(String message, Throwable cause) {
        super(message, cause);
    }
}
