package io.gatehouse.jwt;

/** Whoever signs tokens cannot be asked, or what they answer cannot be used. */
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public UnavailableException(String message) {
        super(message);
    }
}
