package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;

/**
 * One client's response on its way to a verdict, with whatever controllers it meets. One thread.
 *
 * <p>It is sent at most once as long as a controller may have judged it. What makes it certain that none has: nothing
 * is sent over an idle connection that the controller has closed (it is looked at first); and once the first byte was
 * handed to the network, the controller itself must say that it did not judge, by a sealed ACCESS_DENIED, which means
 * the secure channel, or by a fault "did not execute". Faults are not sealed, so whoever sits on the wire can forge
 * them: one is believed, a second one not, so that nobody can have a guess counted more than twice.
 */
final class LogonAttempt {
    private static final int MOST_FAULTS = 1;

    private final NtlmResponse response;
    private final boolean foreign;
    private final Deadline deadline;
    private int faults;

    /**
     * An attempt that was sent to nobody yet.
     *
     * @param foreign whether the controller has to ask another domain, whose silence is not the controller's
     */
    LogonAttempt(NtlmResponse response, boolean foreign, Deadline deadline) {
        this.response = response;
        this.foreign = foreign;
        this.deadline = deadline;
    }

    NtlmResponse response() {
        return response;
    }

    boolean isForeign() {
        return foreign;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Whether to believe one more fault that says that nothing was executed. */
    boolean believesFault() {
        faults++;
        return faults <= MOST_FAULTS;
    }
}
