package io.gatehouse.provider.ntlm.netlogon;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** MS-NRPC 3.1.4.3 and 3.1.4.4: the functions that a secure channel with AES is made of. */
final class ChannelCrypto {
    static final int CHALLENGE_LENGTH = 8;
    static final int KEY_LENGTH = 16;

    private static final String HMAC = "HmacSHA256";
    private static final int SUSPICIOUS_LENGTH = 5;

    private ChannelCrypto() {}

    /** MS-NRPC 3.1.4.3.1: the session key. */
    static byte[] sessionKey(byte[] ntHash, byte[] clientChallenge, byte[] serverChallenge) {
        return Arrays.copyOf(hmac(ntHash, clientChallenge, serverChallenge), KEY_LENGTH);
    }

    /** MS-NRPC 3.1.4.4.1: proves to know the session key, by encrypting a challenge that the other one chose. */
    static byte[] credential(byte[] sessionKey, byte[] challenge) {
        return aesCfb8(Cipher.ENCRYPT_MODE, sessionKey, new byte[KEY_LENGTH], challenge);
    }

    /**
     * Whether a challenge is one for which an all-zero or repeating credential would be right once in 256 times, since
     * the initialisation vector is zero (MS-NRPC 3.5.4.4.2, CVE-2020-1472). Nobody draws such a one by chance.
     */
    static boolean isWeak(byte[] challenge) {
        for (int index = 1; index < SUSPICIOUS_LENGTH; index++) {
            if (challenge[index] != challenge[0]) {
                return false;
            }
        }
        return true;
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + HMAC, e);
        }
    }

    static byte[] aesCfb8(int mode, byte[] key, byte[] initialisationVector, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CFB8/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(initialisationVector));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES", e);
        }
    }
}
