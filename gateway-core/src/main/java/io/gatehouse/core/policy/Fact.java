package io.gatehouse.core.policy;

/** Something that rules ask about a user or a connection, and that may not be known. */
public enum Fact {
    METHOD,
    GROUPS,
    PRINCIPAL_NAME,
    CLAIMS,
    MULTI_FACTOR,
    ADDRESS,
    DESKTOP,
    CLIENT_NAME
}
