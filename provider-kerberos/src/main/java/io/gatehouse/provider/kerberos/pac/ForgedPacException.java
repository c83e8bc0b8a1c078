package io.gatehouse.provider.kerberos.pac;

/** A PAC that the KDC did not make for this service and this ticket; the text says why, in lower case. */
public final class ForgedPacException extends Exception {
    private static final long serialVersionUID = 1L;

    ForgedPacException(String message) {
        super(message);
    }
}
