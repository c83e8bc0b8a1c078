package io.gatehouse.provider.kerberos.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.crypto.enc.provider.Aes128Provider;
import org.apache.kerby.kerberos.kerb.crypto.enc.provider.Aes256Provider;
import org.apache.kerby.kerberos.kerb.crypto.key.AesKeyMaker;

/**
 * AES in CBC mode with ciphertext stealing and an HMAC. RFC 3962 computes the HMAC over the plain text and derives its
 * keys by RFC 3961; RFC 8009 computes it over the cipher text and derives its keys by SP 800-108.
 */
final class AesCts implements CryptoSystem {
    static final AesCts AES128_SHA1 = new AesCts(sha1(16));
    static final AesCts AES256_SHA1 = new AesCts(sha1(32));
    static final AesCts AES128_SHA256 = new AesCts(sha256());
    static final AesCts AES256_SHA384 = new AesCts(sha384());

    private static final int CONFOUNDER = Jca.AES_BLOCK;

    private final Profile profile;

    private AesCts(Profile profile) {
        this.profile = profile;
    }

    /** What the last byte of a derivation's constant says that the key is for. */
    enum Purpose {
        CHECKSUM(0x99),
        ENCRYPTION(0xaa),
        INTEGRITY(0x55);

        private final byte code;

        Purpose(int code) {
            this.code = (byte) code;
        }

        byte[] constant(int usage) {
            return ByteBuffer.allocate(5).putInt(usage).put(code).array();
        }
    }

    interface Derivation {
        byte[] derive(byte[] key, int usage, Purpose purpose);
    }

    /** The differences between the two families of AES encryption types. */
    record Profile(String hmac, int macLength, boolean macOverCipherText, Derivation derivation) {
        byte[] mac(byte[] key, byte[]... parts) {
            return Arrays.copyOf(Jca.hmac(hmac, key, parts), macLength);
        }
    }

    private static Profile sha1(int keyLength) {
        return new Profile("HmacSHA1", 12, false, (key, usage, purpose) -> {
            try {
                return new AesKeyMaker(keyLength == 16 ? new Aes128Provider() : new Aes256Provider())
                        .dk(key, purpose.constant(usage));
            } catch (KrbException e) {
                throw new IllegalStateException("a key cannot be derived", e);
            }
        });
    }

    private static Profile sha256() {
        return new Profile(
                "HmacSHA256", 16, true, (key, usage, purpose) -> sp800108("HmacSHA256", key, usage, purpose, 16));
    }

    private static Profile sha384() {
        return new Profile(
                "HmacSHA384",
                24,
                true,
                (key, usage, purpose) ->
                        sp800108("HmacSHA384", key, usage, purpose, purpose == Purpose.ENCRYPTION ? 32 : 24));
    }

    /** RFC 8009 section 3: KDF-HMAC-SHA2 without context; one round is always enough. */
    private static byte[] sp800108(String hmac, byte[] key, int usage, Purpose purpose, int length) {
        byte[] counter = {0, 0, 0, 1};
        byte[] bits =
                ByteBuffer.allocate(Integer.BYTES).putInt(length * Byte.SIZE).array();
        return Arrays.copyOf(Jca.hmac(hmac, key, counter, purpose.constant(usage), new byte[1], bits), length);
    }

    @Override
    public byte[] decrypt(byte[] key, int usage, byte[] sealed) throws IntegrityException {
        int length = sealed.length - profile.macLength();
        if (length < CONFOUNDER) {
            throw new IntegrityException("%d encrypted bytes (expected at least %d)"
                    .formatted(sealed.length, CONFOUNDER + profile.macLength()));
        }
        byte[] cipherText = Arrays.copyOf(sealed, length);
        byte[] mac = Arrays.copyOfRange(sealed, length, sealed.length);
        byte[] integrityKey = profile.derivation().derive(key, usage, Purpose.INTEGRITY);
        if (profile.macOverCipherText()) {
            requireEqual(profile.mac(integrityKey, new byte[Jca.AES_BLOCK], cipherText), mac);
        }
        byte[] encryptionKey = profile.derivation().derive(key, usage, Purpose.ENCRYPTION);
        byte[] plain = Jca.aesCts(Cipher.DECRYPT_MODE, encryptionKey, cipherText);
        if (!profile.macOverCipherText()) {
            requireEqual(profile.mac(integrityKey, plain), mac);
        }
        return Arrays.copyOfRange(plain, CONFOUNDER, plain.length);
    }

    private static void requireEqual(byte[] expected, byte[] sent) throws IntegrityException {
        if (!MessageDigest.isEqual(expected, sent)) {
            throw new IntegrityException("checksum of the encrypted bytes is wrong");
        }
    }

    @Override
    public byte[] encrypt(byte[] key, int usage, byte[] plain, SecureRandom random) {
        byte[] confounder = new byte[CONFOUNDER];
        random.nextBytes(confounder);
        byte[] text = concat(confounder, plain);
        byte[] encryptionKey = profile.derivation().derive(key, usage, Purpose.ENCRYPTION);
        byte[] integrityKey = profile.derivation().derive(key, usage, Purpose.INTEGRITY);
        byte[] cipherText = Jca.aesCts(Cipher.ENCRYPT_MODE, encryptionKey, text);
        return concat(
                cipherText,
                profile.macOverCipherText()
                        ? profile.mac(integrityKey, new byte[Jca.AES_BLOCK], cipherText)
                        : profile.mac(integrityKey, text));
    }

    @Override
    public byte[] checksum(byte[] key, int usage, byte[] data) {
        return profile.mac(profile.derivation().derive(key, usage, Purpose.CHECKSUM), data);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
