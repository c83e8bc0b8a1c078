package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.util.Arrays;

/**
 * RFC 4120 section 5.2.9: a session key or subkey as it is sent.
 *
 * @param encryptionType the number of RFC 3961's registry
 * @param value the key; its length is not checked against the type
 */
public record EncryptionKey(int encryptionType, Secret value) {
    static EncryptionKey read(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(Der.SEQUENCE);
        int encryptionType = fields.field(0).lastInteger();
        Secret value = fields.field(1).lastSecret();
        fields.expectEnd();
        return new EncryptionKey(encryptionType, value);
    }

    byte[] encode() {
        byte[] bytes = value.bytes();
        try {
            return DerWriter.sequence(
                    DerWriter.field(0, DerWriter.integer(encryptionType)), DerWriter.field(1, DerWriter.octets(bytes)));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
