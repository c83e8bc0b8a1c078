package io.gatehouse.core.websocket;

/** A client broke RFC 6455; the message names the offending and the expected value. */
public final class WebSocketException extends Exception {
    private static final long serialVersionUID = 1L;

    WebSocketException(String message) {
        super(message);
    }
}
