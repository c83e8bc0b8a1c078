package io.gatehouse.provider.local.pam;

import io.gatehouse.api.Outcome.Reason;
import java.util.Set;

/** The answer of PAM to a check of a password or account. */
public sealed interface PamAnswer {
    /**
     * Name and password are right, and the account may be used now.
     *
     * @param name the name that PAM and NSS use, perhaps not the one that was typed
     * @param groups the names of the account's groups; empty for an account that NSS does not know
     */
    record Verified(String name, Set<String> groups) implements PamAnswer {
        public Verified {
            groups = Set.copyOf(groups);
        }
    }

    /**
     * Not signed in.
     *
     * @param detail for the audit log only
     */
    record Refused(Reason reason, String detail) implements PamAnswer {}
}
