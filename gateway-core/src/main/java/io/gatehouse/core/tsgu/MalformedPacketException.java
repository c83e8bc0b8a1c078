package io.gatehouse.core.tsgu;

/** Bytes that are no valid packet; the message names the field with the offending and the expected value. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A message in lower case, for example {@code packetLength 4 (expected at least 8)}. */
    public MalformedPacketException(String message) {
        super(message);
    }
}
