package io.gatehouse.formats.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests of algorithms that every Java runtime has to have. */
public final class Digests {
    private Digests() {}

    /** SHA-256 of {@code parts}, one behind the other. */
    public static byte[] sha256(byte[]... parts) {
        return digest("SHA-256", parts);
    }

    /** SHA-1 of {@code parts}: where a protocol asks for it, and nothing depends on its strength. */
    public static byte[] sha1(byte[]... parts) {
        return digest("SHA-1", parts);
    }

    /** MD5 of {@code parts}: likewise. */
    public static byte[] md5(byte[]... parts) {
        return digest("MD5", parts);
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }
}
