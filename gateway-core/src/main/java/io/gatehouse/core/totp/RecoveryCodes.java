package io.gatehouse.core.totp;

import com.google.common.io.BaseEncoding;
import io.gatehouse.formats.digest.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Codes that users keep on paper, and tickets of administrators: 16 characters of base 32, 80 bits, so that a
 * plain hash of them cannot be searched.
 */
final class RecoveryCodes {
    /** How many a user gets. */
    static final int COUNT = 10;

    /** 80 bits. */
    private static final int BYTES = 10;

    private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase();

    private RecoveryCodes() {}

    static List<String> generate(SecureRandom random) {
        return IntStream.range(0, COUNT).mapToObj(_ -> next(random)).toList();
    }

    /** One, in groups of four. */
    static String next(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return BASE32.encode(bytes).replaceAll("(.{4})(?!$)", "$1-");
    }

    /** What the file keeps of {@code typed}, whose groups may be written in any way. */
    static String hash(String account, String typed) {
        byte[] hash = Digests.sha256(
                account.getBytes(StandardCharsets.UTF_8),
                new byte[1],
                plain(typed).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    /** {@code typed} without what separates groups. */
    static String plain(String typed) {
        return typed.replaceAll("[\\s-]", "");
    }
}
