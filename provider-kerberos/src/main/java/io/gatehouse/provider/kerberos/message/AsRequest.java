package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.AuthenticationRequest;
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
    private static final int ENCRYPTED_TIME = 2;
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    public AsRequest {
        encryptionTypes = List.copyOf(encryptionTypes);
    }

    /** Its DER. */
    public byte[] encode(SecureRandom random) {
        AuthenticationRequest request = new AuthenticationRequest(
                client, server, realm, now.plus(LIFETIME), random.nextInt(Integer.MAX_VALUE), encryptionTypes);
        return proof.map(key -> request.encode(encryptedTime(key, random))).orElseGet(request::encode);
    }

    private byte[] encryptedTime(ProtocolKey key, SecureRandom random) {
        byte[] time = DerWriter.sequence(
                DerWriter.field(0, KerberosTime.encode(now)), DerWriter.field(1, DerWriter.integer(0)));
        byte[] sealed =
                EncryptedData.encode(key.type().number(), key.encrypt(KeyUsage.PRE_AUTHENTICATION_TIME, time, random));
        return DerWriter.sequence(
                DerWriter.field(1, DerWriter.integer(ENCRYPTED_TIME)), DerWriter.field(2, DerWriter.octets(sealed)));
    }
}
