package io.gatehouse.provider.ntlm;

/** The validators of NTLM responses that the configuration can choose. */
public enum ValidatorKind {
    /** The account file. */
    ACCOUNTS,
    /** The winbindd of this machine, which is a member of the domain. */
    WINBIND,
    /** A domain controller, over a Netlogon secure channel of our own. */
    NETLOGON
}
