package io.gatehouse.formats.digest;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes names that nobody guesses and that go into URLs, cookies and headers as they are. */
public final class RandomIds {
    private RandomIds() {}

    /** {@code bytes} bytes of {@code random} in base64url without padding. */
    public static String next(SecureRandom random, int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }
}
