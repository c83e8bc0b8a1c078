package io.gatehouse.provider.kerberos.crypto;

import io.gatehouse.api.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * A key of an encryption type that is understood, of the length that this type asks for.
 *
 * @param type the encryption type
 * @param value the key
 */
public record ProtocolKey(EncryptionType type, Secret value) {
    /** Takes a key only if the type is understood and the length is right. */
    public static Optional<ProtocolKey> of(int encryptionType, Secret value) {
        return EncryptionType.of(encryptionType)
                .filter(type -> type.keyLength() == value.bytes().length)
                .map(type -> new ProtocolKey(type, value));
    }

    /** A new key of {@code type}. */
    public static ProtocolKey random(EncryptionType type, SecureRandom random) {
        byte[] bytes = new byte[type.keyLength()];
        random.nextBytes(bytes);
        try {
            return new ProtocolKey(type, Secret.of(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * What was sealed under this key for this usage.
     *
     * @throws IntegrityException when it was not, or was altered since
     */
    public byte[] decrypt(KeyUsage usage, byte[] sealed) throws IntegrityException {
        return CryptoSystem.of(type).decrypt(value.bytes(), usage.number(), sealed);
    }

    /** Seals {@code plain} under this key for this usage. */
    public byte[] encrypt(KeyUsage usage, byte[] plain, SecureRandom random) {
        return CryptoSystem.of(type).encrypt(value.bytes(), usage.number(), plain, random);
    }

    /** The keyed checksum that goes with the encryption type. */
    public byte[] checksum(KeyUsage usage, byte[] data) {
        return CryptoSystem.of(type).checksum(value.bytes(), usage.number(), data);
    }

    /** Whether {@code checksum} is right; compares in constant time. */
    public boolean verify(KeyUsage usage, byte[] data, byte[] checksum) {
        return MessageDigest.isEqual(checksum(usage, data), checksum);
    }
}
