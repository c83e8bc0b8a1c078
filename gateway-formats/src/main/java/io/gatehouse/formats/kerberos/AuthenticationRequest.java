package io.gatehouse.formats.kerberos;

import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import java.time.Instant;
import java.util.List;

/**
 * RFC 4120 section 5.4.1: AS-REQ, which asks a KDC for a ticket of {@code client} for {@code server}, both of {@code
 * realm}.
 *
 * @param till when the ticket shall end
 * @param nonce not negative
 * @param encryptionTypes numbers of RFC 3961's registry that the client takes
 */
public record AuthenticationRequest(
        PrincipalName client,
        PrincipalName server,
        String realm,
        Instant till,
        int nonce,
        List<Integer> encryptionTypes) {
    private static final int AS_REQ = 10;
    private static final int VERSION = 5;

    public AuthenticationRequest {
        encryptionTypes = List.copyOf(encryptionTypes);
    }

    /**
     * Its DER.
     *
     * @param proofs the DER of each PA-DATA
     */
    public byte[] encode(byte[]... proofs) {
        byte[] proved = proofs.length == 0 ? new byte[0] : DerWriter.field(3, DerWriter.sequence(proofs));
        byte[] types = DerWriter.sequence(
                encryptionTypes.stream().map(DerWriter::integer).toArray(byte[][]::new));
        byte[] body = DerWriter.sequence(
                DerWriter.field(0, DerWriter.value(Der.BIT_STRING, new byte[5])),
                DerWriter.field(1, client.encode()),
                DerWriter.field(2, KerberosString.encode(realm)),
                DerWriter.field(3, server.encode()),
                DerWriter.field(5, KerberosTime.encode(till)),
                DerWriter.field(7, DerWriter.integer(nonce)),
                DerWriter.field(8, types));
        return DerWriter.value(
                Der.application(AS_REQ),
                DerWriter.sequence(
                        DerWriter.field(1, DerWriter.integer(VERSION)),
                        DerWriter.field(2, DerWriter.integer(AS_REQ)),
                        proved,
                        DerWriter.field(4, body)));
    }
}
