package io.gatehouse.provider.ntlm;

/** Who knows the passwords. */
public enum ValidatorKind {
    /** The account file. */
    ACCOUNTS,
    /** The winbindd of this machine, which is a member of the domain. */
    WINBIND,
    /** A domain controller, over a Netlogon secure channel of our own. */
    NETLOGON
}
