package io.gatehouse.provider.oidc;

/** The identity provider cannot be asked, or what it answers cannot be used. */
final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    UnavailableException(String message) {
        super(message);
    }
}
