package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.util.OptionalLong;

/**
 * RFC 4120 section 5.2.9: encrypted bytes.
 *
 * @param encryptionType the number of RFC 3961's registry
 * @param version the version of the key, when it is a long-term one
 * @param cipher the encrypted bytes with confounder and checksum
 */
public record EncryptedData(int encryptionType, OptionalLong version, Token cipher) {
    static EncryptedData read(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(Der.SEQUENCE);
        int encryptionType = fields.field(0).lastInteger();
        OptionalLong version =
                fields.hasField(1) ? OptionalLong.of(Fields.uint32(fields.field(1))) : OptionalLong.empty();
        Token cipher = fields.field(2).lastOctets();
        fields.expectEnd();
        return new EncryptedData(encryptionType, version, cipher);
    }

    /** Its DER, without a version. */
    static byte[] encode(int encryptionType, byte[] cipher) {
        return DerWriter.sequence(
                DerWriter.field(0, DerWriter.integer(encryptionType)), DerWriter.field(2, DerWriter.octets(cipher)));
    }
}
