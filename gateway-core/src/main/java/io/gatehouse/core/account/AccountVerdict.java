package io.gatehouse.core.account;

import io.gatehouse.api.Identity;
import java.time.Duration;
import java.util.Optional;

/** What is known of the account of somebody who signed in before. */
public sealed interface AccountVerdict {
    /**
     * It may be used.
     *
     * @param identity the user, in the groups that they are in now
     */
    record Active(Identity identity) implements AccountVerdict {}

    /**
     * It may not be used any more.
     *
     * @param reason why, for the audit log
     */
    record Gone(String reason) implements AccountVerdict {}

    /**
     * The back end cannot be asked now.
     *
     * @param reason why, for the audit log
     * @param confirmedBefore how long ago it last said that the account may be used; empty when it never did
     */
    record Unavailable(String reason, Optional<Duration> confirmedBefore) implements AccountVerdict {}

    /** No back end tells anything about this account without a credential. */
    record NotCovered() implements AccountVerdict {}
}
