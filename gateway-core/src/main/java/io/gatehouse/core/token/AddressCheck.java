package io.gatehouse.core.token;

/** What is done when a token comes from another address than the one it was made for. */
public enum AddressCheck {
    /** Nothing: browser and RDP client often go different ways, IPv4 and IPv6 for example. */
    OFF,
    /** A line in the audit log. */
    LOG,
    /** The token is refused. */
    ENFORCE
}
