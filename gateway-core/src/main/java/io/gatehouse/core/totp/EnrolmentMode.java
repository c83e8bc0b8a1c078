package io.gatehouse.core.totp;

/** Who may set up one-time codes for an account. */
public enum EnrolmentMode {
    /** Whoever knows the password and has a ticket that an administrator made. */
    TICKET,
    /** Whoever knows the password and signs in first: the password alone decides, once. */
    SIGN_IN
}
