package io.gatehouse.core.http;

/** A client broke RFC 9112; the message names the offending and the expected value. */
public final class MalformedBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedBodyException(String message) {
        super(message);
    }
}
