package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Secret;
import java.util.Optional;

/** What came of a question to {@code ntlm_auth}. */
sealed interface HelperAnswer {
    /**
     * The response is right.
     *
     * @param sessionKey 16 bytes; absent when the domain controller gave none
     */
    record Yes(Optional<Secret> sessionKey) implements HelperAnswer {}

    /**
     * The response is wrong, or could not be judged.
     *
     * @param error Samba's words
     */
    record No(String error) implements HelperAnswer {}

    /**
     * There is no answer; nothing that was read is worth anything, and the process is gone.
     *
     * @param why for the audit log
     * @param fault whether the process is to blame, and not the time that it took or the gateway itself
     * @param late whether the process was asked and may answer when nobody waits any more
     */
    record None(String why, boolean fault, boolean late) implements HelperAnswer {}
}
