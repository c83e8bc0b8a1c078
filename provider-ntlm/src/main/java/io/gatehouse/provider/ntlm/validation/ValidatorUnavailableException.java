package io.gatehouse.provider.ntlm.validation;

/** A validator cannot be asked now; the message says why, in lower case, for the audit log. */
public final class ValidatorUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public ValidatorUnavailableException(String message) {
        super(message);
    }
}
