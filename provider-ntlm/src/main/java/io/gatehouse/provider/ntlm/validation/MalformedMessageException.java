package io.gatehouse.provider.ntlm.validation;

/** The client's bytes break the format of MS-NLMP; the message says where, in lower case and without the client's text. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }

    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
