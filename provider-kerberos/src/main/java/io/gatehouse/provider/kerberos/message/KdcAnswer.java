package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosTime;
import java.time.Instant;

/** What a KDC answers to an {@link AsRequest}. */
public sealed interface KdcAnswer {
    /** A ticket (RFC 4120 section 5.4.2); its session key is not looked at. */
    record Issued(Ticket ticket) implements KdcAnswer {}

    /**
     * An error (section 5.9.1).
     *
     * @param code the number of section 7.5.9
     * @param time the KDC's
     */
    record Failed(int code, Instant time) implements KdcAnswer {}

    /** Reads an answer. */
    static KdcAnswer parse(byte[] message) throws MalformedException {
        DerReader reader = new DerReader(message);
        if (reader.isAt(Der.application(11))) {
            DerReader fields = reader.enterLast(Der.application(11)).enterLast(Der.SEQUENCE);
            fields.field(0);
            fields.field(1);
            if (fields.hasField(2)) {
                fields.field(2);
            }
            fields.field(3);
            fields.field(4);
            return new Issued(Ticket.read(fields.field(5)));
        }
        DerReader fields = reader.enterLast(Der.application(30)).enterLast(Der.SEQUENCE);
        fields.field(0);
        fields.field(1);
        if (fields.hasField(2)) {
            fields.field(2);
        }
        if (fields.hasField(3)) {
            fields.field(3);
        }
        Instant time = KerberosTime.last(fields.field(4));
        fields.field(5);
        return new Failed(fields.field(6).lastInteger(), time);
    }
}
