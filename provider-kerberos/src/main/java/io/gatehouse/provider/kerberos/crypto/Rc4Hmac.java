package io.gatehouse.provider.kerberos.crypto;

import io.gatehouse.formats.digest.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** RFC 4757: RC4 with HMAC-MD5, for domains that cannot do better. */
final class Rc4Hmac implements CryptoSystem {
    static final Rc4Hmac INSTANCE = new Rc4Hmac();

    private static final String HMAC = "HmacMD5";
    private static final byte[] SIGNATURE_KEY = "signaturekey\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM = 16;
    private static final int CONFOUNDER = 8;

    private Rc4Hmac() {}

    @Override
    public byte[] decrypt(byte[] key, int usage, byte[] sealed) throws IntegrityException {
        if (sealed.length < CHECKSUM + CONFOUNDER) {
            throw new IntegrityException(
                    "%d encrypted bytes (expected at least %d)".formatted(sealed.length, CHECKSUM + CONFOUNDER));
        }
        byte[] checksum = Arrays.copyOf(sealed, CHECKSUM);
        byte[] usageKey = Jca.hmac(HMAC, key, usage(usage));
        byte[] plain = Jca.rc4(Jca.hmac(HMAC, usageKey, checksum), Arrays.copyOfRange(sealed, CHECKSUM, sealed.length));
        if (!MessageDigest.isEqual(Jca.hmac(HMAC, usageKey, plain), checksum)) {
            throw new IntegrityException("checksum of the encrypted bytes is wrong");
        }
        return Arrays.copyOfRange(plain, CONFOUNDER, plain.length);
    }

    @Override
    public byte[] encrypt(byte[] key, int usage, byte[] plain, SecureRandom random) {
        byte[] confounder = new byte[CONFOUNDER];
        random.nextBytes(confounder);
        byte[] text = ByteBuffer.allocate(CONFOUNDER + plain.length)
                .put(confounder)
                .put(plain)
                .array();
        byte[] usageKey = Jca.hmac(HMAC, key, usage(usage));
        byte[] checksum = Jca.hmac(HMAC, usageKey, text);
        byte[] cipherText = Jca.rc4(Jca.hmac(HMAC, usageKey, checksum), text);
        return ByteBuffer.allocate(CHECKSUM + cipherText.length)
                .put(checksum)
                .put(cipherText)
                .array();
    }

    @Override
    public byte[] checksum(byte[] key, int usage, byte[] data) {
        return Jca.hmac(HMAC, Jca.hmac(HMAC, key, SIGNATURE_KEY), Digests.md5(usage(usage), data));
    }

    /** Of the usages that are used here, all have the numbers of RFC 4120. */
    private static byte[] usage(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }
}
