package io.gatehouse.provider.kerberos.message;

/** Bytes that break the format of their message; the text says where, in lower case and without the client's own words. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }
}
