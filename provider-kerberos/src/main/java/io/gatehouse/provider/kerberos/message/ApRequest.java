package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;

/**
 * RFC 4120 section 5.5.1: KRB_AP_REQ.
 *
 * @param options ap-options, bit 0 the highest
 * @param ticket who the client is, said by the KDC
 * @param authenticator that it is the client, said with the ticket's session key
 */
public record ApRequest(int options, Ticket ticket, EncryptedData authenticator) {
    private static final int TAG = 0x6e;
    private static final int VERSION = 5;
    private static final int TYPE = 14;
    private static final int USE_SESSION_KEY = 1 << 30;
    private static final int MUTUAL_REQUIRED = 1 << 29;

    /** Reads a whole message. */
    public static ApRequest parse(byte[] message) throws MalformedException {
        DerReader fields = new DerReader(message).enterLast(TAG).enterLast(Der.SEQUENCE);
        Fields.exactly(fields.field(0), VERSION, "pvno");
        Fields.exactly(fields.field(1), TYPE, "msg-type");
        int options = Fields.flags(fields.field(2));
        Ticket ticket = Ticket.read(fields.field(3));
        EncryptedData authenticator = EncryptedData.read(fields.field(4));
        fields.expectEnd();
        return new ApRequest(options, ticket, authenticator);
    }

    /** Whether the ticket is under the session key of a ticket that the service got: user-to-user. */
    public boolean usesSessionKey() {
        return (options & USE_SESSION_KEY) != 0;
    }

    /** Whether the client wants to see a KRB_AP_REP. */
    public boolean mutualRequired() {
        return (options & MUTUAL_REQUIRED) != 0;
    }
}
