package io.gatehouse.formats.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 4120 section 5.2.2: the name of a client or service within its realm.
 *
 * @param type NT-PRINCIPAL is 1, NT-SRV-INST 2; a hint, which says nothing about who it is
 * @param components one to eight, none of them empty
 */
public record PrincipalName(int type, List<String> components) {
    private static final int MOST_COMPONENTS = 8;
    private static final int SERVICE_INSTANCE = 2;

    public PrincipalName {
        components = List.copyOf(components);
    }

    /** The ticket-granting service of {@code realm}. */
    public static PrincipalName ticketGranting(String realm) {
        return new PrincipalName(SERVICE_INSTANCE, List.of("krbtgt", realm));
    }

    /** Reads the only value left. */
    public static PrincipalName last(DerReader content) throws MalformedException {
        DerReader fields = content.enterLast(Der.SEQUENCE);
        int type = fields.field(0).lastInteger();
        DerReader strings = fields.enterLast(Der.context(1)).enterLast(Der.SEQUENCE);
        List<String> components = new ArrayList<>();
        while (!strings.isAtEnd()) {
            if (components.size() == MOST_COMPONENTS) {
                throw new MalformedException("name of more than " + MOST_COMPONENTS + " components");
            }
            components.add(KerberosString.next(strings));
        }
        if (components.isEmpty()) {
            throw new MalformedException("name without components");
        }
        return new PrincipalName(type, components);
    }

    /** Its DER. */
    public byte[] encode() {
        byte[][] strings = components.stream().map(KerberosString::encode).toArray(byte[][]::new);
        return DerWriter.sequence(
                DerWriter.field(0, DerWriter.integer(type)), DerWriter.field(1, DerWriter.sequence(strings)));
    }

    /** Whether {@code other} names the same principal of a realm; the type is a hint only (RFC 4120 section 6.2). */
    public boolean isSame(PrincipalName other) {
        return components.equals(other.components);
    }

    /** {@code HTTP/gw.example.com}. */
    public String text() {
        return String.join("/", components);
    }
}
