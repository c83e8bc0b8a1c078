package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.PrincipalName;

/**
 * RFC 4120 section 5.3: a ticket as everybody can see it.
 *
 * @param realm the service's realm
 * @param server the service
 * @param part the part that only the KDC and the service can read
 */
public record Ticket(String realm, PrincipalName server, EncryptedData part) {
    private static final int TAG = 0x61;
    private static final int VERSION = 5;

    static Ticket read(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(TAG).enterLast(Der.SEQUENCE);
        Fields.exactly(fields.field(0), VERSION, "tkt-vno");
        String realm = KerberosString.last(fields.field(1));
        PrincipalName server = PrincipalName.last(fields.field(2));
        EncryptedData part = EncryptedData.read(fields.field(3));
        fields.expectEnd();
        return new Ticket(realm, server, part);
    }

    /** {@code HTTP/gw.example.com@EXAMPLE.COM}. */
    public String service() {
        return server.text() + "@" + realm;
    }
}
