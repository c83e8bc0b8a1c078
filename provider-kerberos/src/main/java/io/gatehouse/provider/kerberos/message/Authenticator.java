package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.KerberosTime;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * RFC 4120 section 5.5.1: what the client says under the ticket's session key.
 *
 * @param clientRealm the client's realm
 * @param client the client
 * @param checksum of the application; GSS puts its flags and channel binding there
 * @param seconds the client's time, whole seconds
 * @param microseconds the rest of it
 * @param subkey a key that the client made for this exchange
 * @param sequenceNumber the client's first, unsigned 32 bit; 0 when it names none
 * @param authorizationData restrictions and hints of the client
 */
public record Authenticator(
        String clientRealm,
        PrincipalName client,
        Optional<Checksum> checksum,
        Instant seconds,
        int microseconds,
        Optional<EncryptionKey> subkey,
        long sequenceNumber,
        List<AuthorizationData> authorizationData) {
    private static final int TAG = 0x62;
    private static final int VERSION = 5;

    /**
     * A checksum.
     *
     * @param type the number of RFC 3961's registry
     * @param value its bytes
     */
    public record Checksum(int type, Token value) {}

    /** Reads the decrypted bytes. */
    public static Authenticator parse(byte[] plain) throws MalformedException {
        DerReader fields = new DerReader(plain).enterLast(TAG).enterLast(Der.SEQUENCE);
        Fields.exactly(fields.field(0), VERSION, "authenticator-vno");
        String clientRealm = KerberosString.last(fields.field(1));
        PrincipalName client = PrincipalName.last(fields.field(2));
        Optional<Checksum> checksum = fields.hasField(3) ? Optional.of(checksum(fields.field(3))) : Optional.empty();
        int microseconds = Fields.microseconds(fields.field(4));
        Instant seconds = KerberosTime.last(fields.field(5));
        Optional<EncryptionKey> subkey =
                fields.hasField(6) ? Optional.of(EncryptionKey.read(fields.field(6))) : Optional.empty();
        long sequenceNumber = fields.hasField(7) ? Fields.uint32(fields.field(7)) : 0;
        List<AuthorizationData> data = fields.hasField(8) ? AuthorizationData.read(fields.field(8)) : List.of();
        fields.expectEnd();
        return new Authenticator(clientRealm, client, checksum, seconds, microseconds, subkey, sequenceNumber, data);
    }

    private static Checksum checksum(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(Der.SEQUENCE);
        int type = fields.field(0).lastInteger();
        Token value = fields.field(1).lastOctets();
        fields.expectEnd();
        return new Checksum(type, value);
    }

    /** The client's time. */
    public Instant time() {
        return seconds.plus(microseconds, ChronoUnit.MICROS);
    }
}
