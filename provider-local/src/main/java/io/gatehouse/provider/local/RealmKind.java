package io.gatehouse.provider.local;

/** The realms that {@code [auth.local] realms} may name. */
public enum RealmKind {
    /** The account file. */
    ACCOUNTS,
    /** The accounts that the machine knows, by PAM. */
    PAM,
    /** The accounts of an LDAP directory. */
    LDAP
}
