package io.gatehouse.core.policy;

/** What happens to a channel whose session timeout is over (MS-TSGU's session timeout action). */
public enum AtSessionTimeout {
    /** It is closed. */
    DISCONNECT,
    /** The rules and the account are asked again, without the user: the channel goes on while they allow it. */
    REAUTHORISE
}
