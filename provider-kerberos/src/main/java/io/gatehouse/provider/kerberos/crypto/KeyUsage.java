package io.gatehouse.provider.kerberos.crypto;

/**
 * What a key is used for, so that nothing made for one purpose passes for another (RFC 4120 section 7.5.1, RFC 4121
 * section 2).
 */
public enum KeyUsage {
    /** The time with which a client proves its key to a KDC. */
    PRE_AUTHENTICATION_TIME(1),
    /** The service's part of a ticket. */
    TICKET(2),
    /** The authenticator of KRB_AP_REQ. */
    AP_REQ_AUTHENTICATOR(11),
    /** The encrypted part of KRB_AP_REP. */
    AP_REP_PART(12),
    /** Checksums of applications; the signatures of a PAC. */
    PAC_SIGNATURE(17),
    /** MIC tokens of the acceptor. */
    ACCEPTOR_SIGN(23),
    /** MIC tokens of the initiator. */
    INITIATOR_SIGN(25);

    private final int number;

    KeyUsage(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
