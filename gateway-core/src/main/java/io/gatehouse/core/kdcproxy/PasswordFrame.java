package io.gatehouse.core.kdcproxy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * RFC 3244 section 2: the frame of the protocol that changes passwords. Two bytes of length, which counts them too, two
 * of version, two of the length of the AP-REQ or AP-REP, that, and a KRB-PRIV or a KRB-ERROR.
 */
final class PasswordFrame {
    private static final int HEADER = 6;
    private static final int CHANGE = 0x0001;
    private static final int SET = 0xff80;
    private static final int VERSION = 5;
    private static final int TICKET = Der.application(1);
    private static final int AP_REQ = 14;
    private static final int AP_REP = Der.application(15);
    private static final int PRIVATE = Der.application(21);
    private static final int ERROR = Der.application(30);
    private static final List<String> SERVICE = List.of("kadmin", "changepw");

    private PasswordFrame() {}

    /**
     * Whether {@code bytes} are such a frame and not DER. They cannot be both: DER that begins with the right length
     * for a frame (0x6a82 or 0x6c82) goes on with its own length where the frame has its version.
     */
    static boolean looksLike(byte[] bytes) {
        if (bytes.length < HEADER) {
            return false;
        }
        int version = unsigned(bytes, 2);
        return unsigned(bytes, 0) == bytes.length && (version == CHANGE || version == SET);
    }

    /** Reads a frame that {@link #looksLike} one: a ticket for changing passwords, and something encrypted. */
    static KerberosRequest request(byte[] bytes) throws MalformedException {
        int length = unsigned(bytes, 4);
        if (length > bytes.length - HEADER) {
            throw new MalformedException(
                    "AP-REQ of %d bytes (expected at most %d)".formatted(length, bytes.length - HEADER));
        }
        new DerReader(Arrays.copyOfRange(bytes, HEADER + length, bytes.length)).enterLast(PRIVATE);
        DerReader fields = new DerReader(Arrays.copyOfRange(bytes, HEADER, HEADER + length))
                .enterLast(Der.application(AP_REQ))
                .enterLast(Der.SEQUENCE);
        KdcRequest.expect("pvno", fields.enter(Der.context(0)).lastInteger(), VERSION);
        KdcRequest.expect("msg-type", fields.enter(Der.context(1)).lastInteger(), AP_REQ);
        fields.enter(Der.context(2)).enterLast(Der.BIT_STRING);
        String realm = ticket(fields.enter(Der.context(3)).enterLast(TICKET).enterLast(Der.SEQUENCE));
        fields.enterLast(Der.context(4)).enterLast(Der.SEQUENCE);
        return new KerberosRequest.PasswordChange(realm);
    }

    /** RFC 4120 section 5.3; answers the realm. */
    private static String ticket(DerReader fields) throws MalformedException {
        KdcRequest.expect("tkt-vno", fields.enter(Der.context(0)).lastInteger(), VERSION);
        String realm = KerberosString.last(fields.enter(Der.context(1)));
        if (!PrincipalName.last(fields.enter(Der.context(2))).components().equals(SERVICE)) {
            throw new MalformedException("ticket in a change of a password (expected one for kadmin/changepw)");
        }
        fields.enterLast(Der.context(3)).enterLast(Der.SEQUENCE);
        return realm;
    }

    /** Whether {@code bytes} are an answer: a frame with an AP-REP or, for want of that, a KRB-ERROR. */
    static boolean isAnswer(byte[] bytes) {
        if (!looksLike(bytes)) {
            return false;
        }
        int length = unsigned(bytes, 4);
        int first = HEADER < bytes.length ? bytes[HEADER] & 0xff : 0;
        return length <= bytes.length - HEADER && first == (length == 0 ? ERROR : AP_REP);
    }

    private static int unsigned(byte[] bytes, int index) {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(index));
    }
}
