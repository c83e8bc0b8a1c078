package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.KerberosTime;
import java.time.Instant;
import java.util.Optional;

/** RFC 4120 section 5.5.2: KRB_AP_REP, by which the service shows that it could read the ticket. */
public final class ApReply {
    private static final int TAG = 0x6f;
    private static final int PART_TAG = 0x7b;
    private static final int VERSION = 5;
    private static final int TYPE = 15;

    private ApReply() {}

    /**
     * EncAPRepPart, to be encrypted under the ticket's session key.
     *
     * @param seconds the time of the client's authenticator
     * @param microseconds the rest of it
     * @param subkey a key that we made for this exchange
     * @param sequenceNumber our first, unsigned 32 bit
     */
    public static byte[] part(Instant seconds, int microseconds, Optional<EncryptionKey> subkey, long sequenceNumber) {
        return DerWriter.value(
                PART_TAG,
                DerWriter.sequence(
                        DerWriter.field(0, KerberosTime.encode(seconds)),
                        DerWriter.field(1, DerWriter.integer(microseconds)),
                        subkey.map(key -> DerWriter.field(2, key.encode())).orElse(new byte[0]),
                        DerWriter.field(3, DerWriter.integer(sequenceNumber))));
    }

    /** The message around the encrypted part. */
    public static byte[] encode(int encryptionType, byte[] cipher) {
        return DerWriter.value(
                TAG,
                DerWriter.sequence(
                        DerWriter.field(0, DerWriter.integer(VERSION)),
                        DerWriter.field(1, DerWriter.integer(TYPE)),
                        DerWriter.field(2, EncryptedData.encode(encryptionType, cipher))));
    }
}
