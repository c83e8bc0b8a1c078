package io.gatehouse.core.approval;

/** How well a user is known to be where a connection comes from. Questions of each kind have places of their own. */
enum Place {
    /** Anybody with the password may be there. */
    UNKNOWN,
    /** The user is at the portal from there, by a sign-in that the password alone does not open. */
    AT_THE_PORTAL,
    /** Somebody approved a connection from there. */
    APPROVED
}
