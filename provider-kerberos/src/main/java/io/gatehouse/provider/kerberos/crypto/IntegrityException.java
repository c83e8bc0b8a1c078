package io.gatehouse.provider.kerberos.crypto;

/** The key does not fit the encrypted bytes, or they were altered; nobody can tell which. */
public final class IntegrityException extends Exception {
    private static final long serialVersionUID = 1L;

    IntegrityException(String message) {
        super(message);
    }
}
