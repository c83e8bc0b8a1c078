package io.gatehouse.formats.kerberos;

/** RFC 4120 section 7.5.9: the codes of KRB-ERROR that mean something to the gateway. */
public final class ErrorCodes {
    /** The account has expired. */
    public static final int NAME_EXPIRED = 1;

    /** There is no such client. */
    public static final int CLIENT_UNKNOWN = 6;

    /** There is no such service. */
    public static final int SERVER_UNKNOWN = 7;

    /** The KDC has no key of a type that was asked for. */
    public static final int NO_ENCRYPTION_TYPE = 14;

    /** The account is disabled or locked. */
    public static final int CLIENT_REVOKED = 18;

    /** The password has expired. */
    public static final int KEY_EXPIRED = 23;

    /** The pre-authentication was made with another key. */
    public static final int PREAUTHENTICATION_FAILED = 24;

    /** The KDC wants pre-authentication. */
    public static final int PREAUTHENTICATION_REQUIRED = 25;

    /** The answer fits into no datagram. */
    public static final int RESPONSE_TOO_BIG = 52;

    private ErrorCodes() {}
}
