package io.gatehouse.provider.ntlm.validation;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.Examination;
import java.util.List;
import java.util.Optional;

/** Whoever knows the passwords: the account file, or a domain controller. Safe for use by many threads. */
public interface NtlmValidator extends AutoCloseable {
    /**
     * The names to challenge clients with; may block.
     *
     * @throws ValidatorUnavailableException when they are the back end's to say and it does not answer
     */
    TargetNames names() throws ValidatorUnavailableException;

    /**
     * The account that a client's names mean, in one spelling for all of an account's; asks no back end.
     *
     * @param user the user name exactly as the client sent it
     * @param domain the domain exactly as the client sent it
     */
    String account(String user, String domain);

    /**
     * The same for a client that also names its machine, whose name Windows sends as domain where none was typed.
     *
     * @param workstation the machine exactly as the client sent it, often empty
     */
    default String account(String user, String domain, String workstation) {
        return account(user, domain);
    }

    /** Judges a response; may block. Takes the same work whether the account exists or not. */
    NtlmLogon validate(NtlmResponse response);

    /** What tells about accounts without a response; empty when the back end does not. */
    default Optional<AccountDirectory> accounts() {
        return Optional.empty();
    }

    /** What can be examined of the back end without a response. */
    default List<Examination> examinations() {
        return List.of();
    }

    /** Ends connections and processes. */
    @Override
    default void close() {}
}
