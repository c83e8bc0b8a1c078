package io.gatehouse.jetty;

/** The gateway cannot start; the message tells the administrator what to mend. */
public final class GatewayStartException extends Exception {
    private static final long serialVersionUID = 1L;

    public GatewayStartException(String message) {
        super(message);
    }

    GatewayStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
