package io.gatehouse.provider.ntlm;

/** The client's bytes break the format of MS-NLMP; the message says where, in lower case and without the client's text. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
