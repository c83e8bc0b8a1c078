package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Why a KDC says KDC_ERR_CLIENT_REVOKED: the one code for accounts that an administrator disabled and for those that
 * strangers locked by guessing. Active Directory tells them apart by the status in the error's data (MS-KILE 2.2.1,
 * KERB-EXT-ERROR), MIT's KDC by its text.
 */
enum Revocation {
    DISABLED,
    EXPIRED,
    /** Too many wrong passwords, by whomever. */
    LOCKED,
    /** Not at this hour, or not from this machine. */
    NOT_NOW,
    /** The KDC does not say. */
    UNTOLD;

    private static final int ERROR_TEXT = 11;
    private static final int ERROR_DATA = 12;
    /** KERB_ERR_TYPE_EXTENDED. */
    private static final int EXTENDED = 3;

    private static final int MOST_DATA = 16;

    /** Reads a KRB-ERROR (RFC 4120 section 5.9.1) with the code KDC_ERR_CLIENT_REVOKED. */
    static Revocation read(Token answer) {
        try {
            DerReader fields = new DerReader(answer.bytes())
                    .enterLast(KerberosAnswer.KRB_ERROR)
                    .enterLast(Der.SEQUENCE);
            Revocation byText = UNTOLD;
            while (!fields.isAtEnd()) {
                if (fields.hasField(ERROR_TEXT)) {
                    byText = ofText(KerberosString.last(fields.field(ERROR_TEXT)));
                } else if (fields.hasField(ERROR_DATA)) {
                    byte[] data = fields.field(ERROR_DATA).lastOctets().bytes();
                    return status(new DerReader(data)).map(Revocation::ofStatus).orElse(byText);
                } else {
                    fields.skip();
                }
            }
            return byText;
        } catch (MalformedException _) {
            return UNTOLD;
        }
    }

    /**
     * The texts of MIT's KDC since 1.8, for the attribute DISALLOW_ALL_TIX and for its policy about wrong passwords.
     */
    private static Revocation ofText(String text) {
        return switch (text) {
            case "CLIENT LOCKED OUT" -> DISABLED;
            case "LOCKED_OUT" -> LOCKED;
            default -> UNTOLD;
        };
    }

    private static Revocation ofStatus(int status) {
        return switch (status) {
            case 0xC0000072 -> DISABLED; // STATUS_ACCOUNT_DISABLED
            case 0xC0000193 -> EXPIRED; // STATUS_ACCOUNT_EXPIRED
            case 0xC0000234 -> LOCKED; // STATUS_ACCOUNT_LOCKED_OUT
            case 0xC000006F, 0xC0000070 -> NOT_NOW; // STATUS_INVALID_LOGON_HOURS, STATUS_INVALID_WORKSTATION
            default -> UNTOLD;
        };
    }

    /** Of one KERB-ERROR-DATA, or of a sequence of them. */
    private static Optional<Integer> status(DerReader data) throws MalformedException {
        DerReader content = data.enterLast(Der.SEQUENCE);
        if (content.hasField(1)) {
            return statusOfOne(content);
        }
        for (int i = 0; i < MOST_DATA && content.isAt(Der.SEQUENCE); i++) {
            Optional<Integer> found = statusOfOne(content.enter(Der.SEQUENCE));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> statusOfOne(DerReader fields) throws MalformedException {
        if (fields.field(1).lastInteger() != EXTENDED || !fields.hasField(2)) {
            return Optional.empty();
        }
        byte[] value = fields.field(2).lastOctets().bytes();
        return value.length >= Integer.BYTES
                ? Optional.of(
                        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt())
                : Optional.empty();
    }
}
