package io.gatehouse.provider.kerberos.crypto;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The encryption types that are understood. DES and its kin are not among them. */
public enum EncryptionType {
    /** RFC 3962. */
    AES128_CTS_HMAC_SHA1(17, 16, 15, 12),
    /** RFC 3962. */
    AES256_CTS_HMAC_SHA1(18, 32, 16, 12),
    /** RFC 8009. */
    AES128_CTS_HMAC_SHA256(19, 16, 19, 16),
    /** RFC 8009. */
    AES256_CTS_HMAC_SHA384(20, 32, 20, 24),
    /** RFC 4757. */
    RC4_HMAC(23, 16, -138, 16);

    /** Names as Kerberos tools print them, also of what is not understood. */
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "des-cbc-crc"),
            Map.entry(2, "des-cbc-md4"),
            Map.entry(3, "des-cbc-md5"),
            Map.entry(16, "des3-cbc-sha1"),
            Map.entry(17, "aes128-cts-hmac-sha1-96"),
            Map.entry(18, "aes256-cts-hmac-sha1-96"),
            Map.entry(19, "aes128-cts-hmac-sha256-128"),
            Map.entry(20, "aes256-cts-hmac-sha384-192"),
            Map.entry(23, "rc4-hmac"),
            Map.entry(24, "rc4-hmac-exp"),
            Map.entry(25, "camellia128-cts-cmac"),
            Map.entry(26, "camellia256-cts-cmac"));

    private final int number;
    private final int keyLength;
    private final int checksumType;
    private final int checksumLength;

    EncryptionType(int number, int keyLength, int checksumType, int checksumLength) {
        this.number = number;
        this.keyLength = keyLength;
        this.checksumType = checksumType;
        this.checksumLength = checksumLength;
    }

    /** The type with this number of RFC 3961's registry, if it is understood. */
    public static Optional<EncryptionType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** The name of the type with this number, understood or not. */
    public static String nameOf(int number) {
        return NAMES.getOrDefault(number, "encryption type " + number);
    }

    /** Its number in RFC 3961's registry. */
    public int number() {
        return number;
    }

    /** The length of its keys in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** The number of the checksum that goes with it. */
    public int checksumType() {
        return checksumType;
    }

    /** The length of that checksum in bytes. */
    public int checksumLength() {
        return checksumLength;
    }

    /** The type whose checksum has this number. */
    public static Optional<EncryptionType> ofChecksum(int checksumType) {
        return Arrays.stream(values())
                .filter(type -> type.checksumType == checksumType)
                .findFirst();
    }

    /** Whether it is broken well enough to be off unless the administrator wants it. */
    public boolean isWeak() {
        return this == RC4_HMAC;
    }

    /** Its name, as Kerberos tools print it. */
    public String displayName() {
        return nameOf(number);
    }
}
