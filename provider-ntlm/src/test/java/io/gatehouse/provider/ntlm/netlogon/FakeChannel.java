package io.gatehouse.provider.ntlm.netlogon;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A controller's half of a sealed connection, written from MS-NRPC and apart from the code under test. */
final class FakeChannel {
    static final int SIGNATURE = 56;
    private static final byte[] HEADER = {0x13, 0, 0x1a, 0, -1, -1, 0, 0};

    private final byte[] key;
    private final byte[] sealKey;
    private long counter;

    FakeChannel(byte[] key) {
        this.key = key.clone();
        this.sealKey = key.clone();
        for (int index = 0; index < key.length; index++) {
            sealKey[index] ^= (byte) 0xf0;
        }
    }

    static byte[] sessionKey(byte[] ntHash, byte[] clientChallenge, byte[] serverChallenge) {
        return Arrays.copyOf(hmac(ntHash, concat(clientChallenge, serverChallenge)), 16);
    }

    static byte[] credential(byte[] key, byte[] challenge) {
        return aes(Cipher.ENCRYPT_MODE, key, new byte[16], challenge);
    }

    /** Opens what the client sealed, or throws. */
    byte[] open(byte[] data, byte[] signature) {
        byte[] checksum = Arrays.copyOfRange(signature, 16, 24);
        byte[] sequence =
                aes(Cipher.DECRYPT_MODE, key, concat(checksum, checksum), Arrays.copyOfRange(signature, 8, 16));
        ByteBuffer expected = ByteBuffer.allocate(8).putInt((int) counter++).put((byte) 0x80);
        if (!Arrays.equals(sequence, expected.array())) {
            throw new IllegalStateException("out of sequence");
        }
        byte[] plain = aes(
                Cipher.DECRYPT_MODE,
                sealKey,
                concat(sequence, sequence),
                concat(Arrays.copyOfRange(signature, 24, 32), data));
        if (!Arrays.equals(Arrays.copyOf(hmac(key, concat(HEADER, plain)), 8), checksum)) {
            throw new IllegalStateException("wrong checksum");
        }
        return Arrays.copyOfRange(plain, 8, plain.length);
    }

    /** Seals what goes to the client: the data, then the signature. */
    byte[][] seal(byte[] data) {
        byte[] confounder = {9, 8, 7, 6, 5, 4, 3, 2};
        byte[] sequence = ByteBuffer.allocate(8).putInt((int) counter++).array();
        byte[] checksum = Arrays.copyOf(hmac(key, concat(HEADER, confounder, data)), 8);
        byte[] sealed = aes(Cipher.ENCRYPT_MODE, sealKey, concat(sequence, sequence), concat(confounder, data));
        byte[] signature = concat(
                HEADER,
                aes(Cipher.ENCRYPT_MODE, key, concat(checksum, checksum), sequence),
                checksum,
                Arrays.copyOf(sealed, 8),
                new byte[24]);
        return new byte[][] {Arrays.copyOfRange(sealed, 8, sealed.length), signature};
    }

    /** Forgets how far it has counted. */
    void skip() {
        counter++;
    }

    private static byte[] aes(int mode, byte[] key, byte[] vector, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CFB8/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(vector));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
