package io.gatehouse.ldap;

import io.gatehouse.api.Outcome.Reason;

/** What the directory says of a name and a password. */
public sealed interface LdapLogin {
    /** The directory confirmed the password. */
    record Confirmed(DirectoryUser user) implements LdapLogin {}

    /**
     * It is not, or could not be judged.
     *
     * @param reason the kind of failure
     * @param detail why, for the audit log only
     */
    record Refused(Reason reason, String detail) implements LdapLogin {}
}
