package io.gatehouse.api;

/** A provider cannot be made from its configuration; the message tells the administrator what to mend. */
public final class ProviderException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A message in lower case, with the offending value, and its cause. */
    public ProviderException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A message in lower case, with the offending value. */
    public ProviderException(String message) {
        super(message);
    }
}
