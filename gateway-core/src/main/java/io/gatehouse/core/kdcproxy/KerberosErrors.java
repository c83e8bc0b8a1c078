package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.ErrorCodes;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.KerberosTime;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Set;

/** RFC 4120 section 5.9.1: KRB-ERROR, and what its codes (section 7.5.9) say about a password. */
final class KerberosErrors {
    /**
     * The answers from which nobody learns that a password was wrong. Those that a KDC gives before it looks at the
     * password, and those that it gives only when the password was right, are both no use to who guesses. All others
     * cost a guess, among them C_PRINCIPAL_UNKNOWN (6), CLIENT_REVOKED (18), PREAUTH_FAILED (24) and
     * AP_ERR_BAD_INTEGRITY (31).
     */
    private static final Set<Integer> NO_WRONG_PASSWORD = Set.of(
            ErrorCodes.SERVER_UNKNOWN,
            12, // POLICY: not at this hour, not from there
            13, // BADOPTION
            ErrorCodes.NO_ENCRYPTION_TYPE,
            16, // PADATA_TYPE_NOSUPP
            ErrorCodes.KEY_EXPIRED,
            ErrorCodes.PREAUTHENTICATION_REQUIRED,
            29, // SVC_UNAVAILABLE
            37, // AP_ERR_SKEW
            ErrorCodes.RESPONSE_TOO_BIG,
            68, // WRONG_REALM: a referral
            90, // PREAUTH_EXPIRED
            91, // MORE_PREAUTH_DATA_REQUIRED
            93); // UNKNOWN_CRITICAL_FAST_OPTION

    private static final int VERSION = 5;
    private static final int KRB_ERROR = 30;

    private KerberosErrors() {}

    /** Whether {@code code} in answer to an AS-REQ may mean a wrong password. */
    static boolean isWrongGuess(int code) {
        return !NO_WRONG_PASSWORD.contains(code);
    }

    /**
     * The gateway's own refusal of {@code request}: what KDCs say to who guessed too often. Clients tell the user and
     * do not try again.
     */
    static Token clientRevoked(KerberosRequest.Authentication request, Instant now) {
        int microseconds = now.get(ChronoField.MICRO_OF_SECOND);
        byte[] realm = KerberosString.encode(request.realm());
        return Token.of(DerWriter.value(
                KerberosAnswer.KRB_ERROR,
                DerWriter.sequence(
                        DerWriter.field(0, DerWriter.integer(VERSION)),
                        DerWriter.field(1, DerWriter.integer(KRB_ERROR)),
                        DerWriter.field(4, KerberosTime.encode(now)),
                        DerWriter.field(5, DerWriter.integer(microseconds)),
                        DerWriter.field(6, DerWriter.integer(ErrorCodes.CLIENT_REVOKED)),
                        DerWriter.field(7, realm),
                        DerWriter.field(8, request.client().encode()),
                        DerWriter.field(9, realm),
                        DerWriter.field(10, request.server().encode()))));
    }
}
