package io.gatehouse.formats.ntlm;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.engines.RC4Engine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/** MS-NLMP 3.3.2 and 6: the functions that NTLMv2 is made of. */
public final class NtlmCrypto {
    /** The length in bytes of every hash and key here. */
    public static final int LENGTH = 16;

    private NtlmCrypto() {}

    /** NTOWFv1: MD4 of the password in UTF-16LE. Unsalted, and as good as the password. */
    public static byte[] ntHash(String password) {
        return digest(new MD4Digest(), password.getBytes(StandardCharsets.UTF_16LE));
    }

    /**
     * NTOWFv2: binds the NT hash to the names, exactly as the client sent them. Only the user name is in upper case,
     * character by character: {@code String.toUpperCase} would depend on the machine's language and make SS of ß.
     */
    public static byte[] ntowfv2(byte[] ntHash, String user, String domain) {
        StringBuilder names = new StringBuilder(user.length() + domain.length());
        user.chars().forEach(character -> names.append((char) Character.toUpperCase(character)));
        return hmacMd5(ntHash, names.append(domain).toString().getBytes(StandardCharsets.UTF_16LE));
    }

    public static byte[] hmacMd5(byte[] key, byte[]... parts) {
        HMac mac = new HMac(new MD5Digest());
        mac.init(new KeyParameter(key));
        for (byte[] part : parts) {
            mac.update(part, 0, part.length);
        }
        byte[] result = new byte[LENGTH];
        mac.doFinal(result, 0);
        return result;
    }

    public static byte[] md5(byte[]... parts) {
        return digest(new MD5Digest(), parts);
    }

    /** A fresh RC4 key stream. */
    public static RC4Engine rc4(byte[] key) {
        RC4Engine engine = new RC4Engine();
        engine.init(true, new KeyParameter(key));
        return engine;
    }

    /** The next bytes of {@code engine}'s key stream over {@code input}. */
    public static byte[] rc4(RC4Engine engine, byte[] input) {
        byte[] output = new byte[input.length];
        engine.processBytes(input, 0, input.length, output, 0);
        return output;
    }

    private static byte[] digest(Digest digest, byte[]... parts) {
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] result = new byte[LENGTH];
        digest.doFinal(result, 0);
        return result;
    }
}
