package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.KerberosTime;
import io.gatehouse.formats.kerberos.PrincipalName;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * RFC 4120 section 5.4.1: asks a KDC for a ticket of {@code client} for {@code server}, both of {@code realm}.
 *
 * @param encryptionTypes numbers of RFC 3961's registry that the client takes
 * @param now the KDC's time
 * @param proof the client's key, for KDCs that want it proved (PA-ENC-TIMESTAMP, section 5.2.7.2)
 */
public record AsRequest(
        PrincipalName client,
        PrincipalName server,
        String realm,
        List<Integer> encryptionTypes,
        Instant now,
        Optional<ProtocolKey> proof) {
    private static final int APPLICATION = 10;
    private static final int VERSION = 5;
    private static final int ENCRYPTED_TIME = 2;
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    public AsRequest {
        encryptionTypes = List.copyOf(encryptionTypes);
    }

    /** Its DER. */
    public byte[] encode(SecureRandom random) {
        byte[] version = DerWriter.field(1, DerWriter.integer(VERSION));
        byte[] type = DerWriter.field(2, DerWriter.integer(APPLICATION));
        byte[] proved = proof.map(key -> DerWriter.field(3, DerWriter.sequence(encryptedTime(key, random))))
                .orElseGet(() -> new byte[0]);
        byte[] body = DerWriter.field(4, body(random));
        return DerWriter.value(Der.application(APPLICATION), DerWriter.sequence(version, type, proved, body));
    }

    private byte[] encryptedTime(ProtocolKey key, SecureRandom random) {
        byte[] time = DerWriter.sequence(
                DerWriter.field(0, KerberosTime.encode(now)), DerWriter.field(1, DerWriter.integer(0)));
        byte[] sealed =
                EncryptedData.encode(key.type().number(), key.encrypt(KeyUsage.PRE_AUTHENTICATION_TIME, time, random));
        return DerWriter.sequence(
                DerWriter.field(1, DerWriter.integer(ENCRYPTED_TIME)), DerWriter.field(2, DerWriter.octets(sealed)));
    }

    private byte[] body(SecureRandom random) {
        byte[][] types = encryptionTypes.stream().map(DerWriter::integer).toArray(byte[][]::new);
        return DerWriter.sequence(
                DerWriter.field(0, DerWriter.value(Der.BIT_STRING, new byte[5])),
                DerWriter.field(1, client.encode()),
                DerWriter.field(2, KerberosString.encode(realm)),
                DerWriter.field(3, server.encode()),
                DerWriter.field(5, KerberosTime.encode(now.plus(LIFETIME))),
                DerWriter.field(7, DerWriter.integer(random.nextInt(Integer.MAX_VALUE))),
                DerWriter.field(8, DerWriter.sequence(types)));
    }
}
