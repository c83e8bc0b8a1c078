package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Set;

/** RFC 4120 section 5.9.1: KRB-ERROR, and what its codes (section 7.5.9) say about a password. */
final class KerberosErrors {
    /** KDC_ERR_CLIENT_REVOKED: what KDCs say to who guessed too often. Clients tell the user and do not try again. */
    static final int CLIENT_REVOKED = 18;

    /** KRB_ERR_RESPONSE_TOO_BIG: the answer fits into no datagram. */
    static final int RESPONSE_TOO_BIG = 52;

    /**
     * The answers from which nobody learns that a password was wrong. Those that a KDC gives before it looks at the
     * password, and those that it gives only when the password was right, are both no use to who guesses. All others
     * cost a guess, among them C_PRINCIPAL_UNKNOWN (6), CLIENT_REVOKED (18), PREAUTH_FAILED (24) and
     * AP_ERR_BAD_INTEGRITY (31).
     */
    private static final Set<Integer> NO_WRONG_PASSWORD = Set.of(
            7, // S_PRINCIPAL_UNKNOWN
            12, // POLICY: not at this hour, not from there
            13, // BADOPTION
            14, // ETYPE_NOSUPP
            16, // PADATA_TYPE_NOSUPP
            23, // KEY_EXPIRED
            25, // PREAUTH_REQUIRED
            29, // SVC_UNAVAILABLE
            37, // AP_ERR_SKEW
            RESPONSE_TOO_BIG,
            68, // WRONG_REALM: a referral
            90, // PREAUTH_EXPIRED
            91, // MORE_PREAUTH_DATA_REQUIRED
            93); // UNKNOWN_CRITICAL_FAST_OPTION

    private static final int VERSION = 5;
    private static final int KRB_ERROR = 30;
    private static final DateTimeFormatter KERBEROS_TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private KerberosErrors() {}

    /** Whether {@code code} in answer to an AS-REQ may mean a wrong password. */
    static boolean isWrongGuess(int code) {
        return !NO_WRONG_PASSWORD.contains(code);
    }

    /** The gateway's own refusal of {@code request}. */
    static Token clientRevoked(KerberosRequest.Authentication request, Instant now) {
        int microseconds = now.get(ChronoField.MICRO_OF_SECOND);
        byte[] time = KERBEROS_TIME.format(now).getBytes(StandardCharsets.US_ASCII);
        byte[] realm = DerWriter.value(Der.GENERAL_STRING, request.realm().getBytes(StandardCharsets.UTF_8));
        return Token.of(DerWriter.value(
                KerberosAnswer.KRB_ERROR,
                DerWriter.value(
                        Der.SEQUENCE,
                        DerWriter.value(Der.context(0), DerWriter.integer(VERSION)),
                        DerWriter.value(Der.context(1), DerWriter.integer(KRB_ERROR)),
                        DerWriter.value(Der.context(4), DerWriter.value(Der.GENERALIZED_TIME, time)),
                        DerWriter.value(Der.context(5), DerWriter.integer(microseconds)),
                        DerWriter.value(Der.context(6), DerWriter.integer(CLIENT_REVOKED)),
                        DerWriter.value(Der.context(7), realm),
                        DerWriter.value(Der.context(8), request.client().encode()),
                        DerWriter.value(Der.context(9), realm),
                        DerWriter.value(Der.context(10), request.server().encode()))));
    }
}
