package io.gatehouse.api;

/**
 * Turns a new password into one kind of stored credential; found by {@link java.util.ServiceLoader}.
 * {@code gatehouse user} writes one credential of each encoder it finds, so that every installed provider can check the
 * account.
 */
public interface CredentialEncoder {
    /** What the credential serves, for the command's help: for example {@code NTLM} or {@code Basic}. */
    String purpose();

    /** The credential in crypt(5) notation, for example {@code $3$$…}. */
    Secret encode(String password);
}
