package io.gatehouse.provider.kerberos.crypto;

import java.security.SecureRandom;

/** The mechanism of RFC 3961 behind an encryption type. Safe for use by many threads. */
interface CryptoSystem {
    /** Verifies and opens; compares in constant time. */
    byte[] decrypt(byte[] key, int usage, byte[] sealed) throws IntegrityException;

    byte[] encrypt(byte[] key, int usage, byte[] plain, SecureRandom random);

    byte[] checksum(byte[] key, int usage, byte[] data);

    /** The mechanism of {@code type}. */
    static CryptoSystem of(EncryptionType type) {
        return switch (type) {
            case AES128_CTS_HMAC_SHA1 -> AesCts.AES128_SHA1;
            case AES256_CTS_HMAC_SHA1 -> AesCts.AES256_SHA1;
            case AES128_CTS_HMAC_SHA256 -> AesCts.AES128_SHA256;
            case AES256_CTS_HMAC_SHA384 -> AesCts.AES256_SHA384;
            case RC4_HMAC -> Rc4Hmac.INSTANCE;
        };
    }
}
