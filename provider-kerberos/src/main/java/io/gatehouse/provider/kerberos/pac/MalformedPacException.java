package io.gatehouse.provider.kerberos.pac;

/** Bytes that break the format of MS-PAC; the text says where, in lower case. */
public final class MalformedPacException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedPacException(String message) {
        super(message);
    }
}
