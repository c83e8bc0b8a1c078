package io.gatehouse.testkit.identity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** RFC 6238 time-based one-time passwords: SHA-1, steps of 30 s, six digits. */
final class OneTimeCode {
    private static final int STEP_SECONDS = 30;

    private OneTimeCode() {}

    static String at(byte[] secret, Instant time) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            byte[] counter = ByteBuffer.allocate(Long.BYTES)
                    .putLong(time.getEpochSecond() / STEP_SECONDS)
                    .array();
            byte[] hash = mac.doFinal(counter);
            // RFC 4226 5.3: four bytes from where the last half-byte points to, without the sign.
            int offset = hash[hash.length - 1] & 0xf;
            int truncated = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
            return String.format("%06d", truncated % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
