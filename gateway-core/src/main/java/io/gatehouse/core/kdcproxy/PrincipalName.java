package io.gatehouse.core.kdcproxy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 4120 section 5.2.2: the name of a client or service within its realm.
 *
 * @param type NT-PRINCIPAL is 1, NT-SRV-INST 2
 * @param parts one or more
 */
record PrincipalName(int type, List<String> parts) {
    private static final int MOST_PARTS = 16;
    private static final int SERVICE_INSTANCE = 2;

    PrincipalName {
        parts = List.copyOf(parts);
    }

    /** The ticket-granting service of {@code realm}. */
    static PrincipalName ticketGranting(String realm) {
        return new PrincipalName(SERVICE_INSTANCE, List.of("krbtgt", realm));
    }

    /** Reads the only value left. */
    static PrincipalName last(DerReader content) throws MalformedException {
        DerReader fields = content.enterLast(Der.SEQUENCE);
        int type = fields.enter(Der.context(0)).lastInteger();
        DerReader strings = fields.enterLast(Der.context(1)).enterLast(Der.SEQUENCE);
        List<String> parts = new ArrayList<>();
        while (!strings.isAtEnd()) {
            if (parts.size() == MOST_PARTS) {
                throw new MalformedException("name of more than " + MOST_PARTS + " parts");
            }
            parts.add(KerberosStrings.next(strings));
        }
        if (parts.isEmpty()) {
            throw new MalformedException("name without parts");
        }
        return new PrincipalName(type, parts);
    }

    byte[] encode() {
        byte[][] strings = parts.stream()
                .map(part -> DerWriter.value(Der.GENERAL_STRING, part.getBytes(StandardCharsets.UTF_8)))
                .toArray(byte[][]::new);
        return DerWriter.value(
                Der.SEQUENCE,
                DerWriter.value(Der.context(0), DerWriter.integer(type)),
                DerWriter.value(Der.context(1), DerWriter.value(Der.SEQUENCE, strings)));
    }

    /** The parts with slashes between them. */
    String text() {
        return String.join("/", parts);
    }
}
