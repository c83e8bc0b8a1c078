package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.KerberosTime;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.time.Instant;
import java.util.List;

/**
 * RFC 4120 section 5.3: EncTicketPart, what the KDC tells the service in a ticket.
 *
 * @param flags bit 0 the highest
 * @param sessionKey known to the client as well
 * @param clientRealm the client's realm
 * @param client the client
 * @param transited the realms between the client's and the service's, in an encoding that few read
 * @param authTime when the client signed in
 * @param startTime from when the ticket is valid
 * @param endTime until when
 * @param addresses from where; empty for everywhere
 * @param authorizationData what else the KDC says
 */
public record TicketPart(
        int flags,
        EncryptionKey sessionKey,
        String clientRealm,
        PrincipalName client,
        Token transited,
        Instant authTime,
        Instant startTime,
        Instant endTime,
        List<HostAddress> addresses,
        List<AuthorizationData> authorizationData) {
    private static final int TAG = 0x63;
    private static final int INVALID = 1 << (31 - 7);
    private static final int TRANSITED_POLICY_CHECKED = 1 << (31 - 12);
    private static final int ANONYMOUS = 1 << (31 - 16);

    /** Reads the decrypted bytes. */
    public static TicketPart parse(byte[] plain) throws MalformedException {
        DerReader fields = new DerReader(plain).enterLast(TAG).enterLast(Der.SEQUENCE);
        int flags = Fields.flags(fields.field(0));
        EncryptionKey key = EncryptionKey.read(fields.field(1));
        String clientRealm = KerberosString.last(fields.field(2));
        PrincipalName client = PrincipalName.last(fields.field(3));
        Token transited = transited(fields.field(4));
        Instant authTime = KerberosTime.last(fields.field(5));
        Instant startTime = fields.hasField(6) ? KerberosTime.last(fields.field(6)) : authTime;
        Instant endTime = KerberosTime.last(fields.field(7));
        if (fields.hasField(8)) {
            KerberosTime.last(fields.field(8)); // renew-till, for the KDC
        }
        List<HostAddress> addresses = fields.hasField(9) ? HostAddress.read(fields.field(9)) : List.of();
        List<AuthorizationData> data = fields.hasField(10) ? AuthorizationData.read(fields.field(10)) : List.of();
        fields.expectEnd();
        return new TicketPart(
                flags, key, clientRealm, client, transited, authTime, startTime, endTime, addresses, data);
    }

    private static Token transited(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(Der.SEQUENCE);
        fields.field(0).lastInteger();
        Token contents = fields.field(1).lastOctets();
        fields.expectEnd();
        return contents;
    }

    /** Whether the KDC must validate it first (a postdated ticket). */
    public boolean isInvalid() {
        return (flags & INVALID) != 0;
    }

    /** Whether the KDC approved of the realms in between. */
    public boolean isTransitChecked() {
        return (flags & TRANSITED_POLICY_CHECKED) != 0;
    }

    /** Whether it does not say who the client is (RFC 8062). */
    public boolean isAnonymous() {
        return (flags & ANONYMOUS) != 0 || client.components().getFirst().equals("WELLKNOWN");
    }

    /** {@code alice@EXAMPLE.COM}. */
    public String clientName() {
        return client.text() + "@" + clientRealm;
    }
}
