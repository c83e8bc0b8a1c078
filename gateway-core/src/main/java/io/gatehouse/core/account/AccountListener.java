package io.gatehouse.core.account;

import io.gatehouse.api.Identity;

/** Hears what {@link AccountChecks} find out, by the thread that asked. Its methods must not throw. */
public interface AccountListener {
    /**
     * An account may not be used any more: whatever its user has open must end.
     *
     * @param reason why, for the audit log
     */
    void accountGone(Identity user, String reason);

    /** The directory of {@code provider} threw instead of answering; the place to log it with its stack. */
    void directoryFailed(String provider, Throwable failure);
}
