package io.gatehouse.core.totp;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import com.google.common.io.BaseEncoding;
import io.gatehouse.api.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;

/**
 * What an authenticator app and the gateway share (RFC 6238).
 *
 * @param secret the key
 * @param algorithm the hash function
 * @param digits of a code
 */
public record TotpKey(Secret secret, TotpAlgorithm algorithm, int digits) {
    /** How long a code is shown. */
    static final Duration STEP = Duration.ofSeconds(30);

    static final int FEWEST_DIGITS = 6;
    static final int MOST_DIGITS = 8;
    private static final int LONGEST_ACCOUNT = 64;
    private static final BaseEncoding BASE32 = BaseEncoding.base32().omitPadding();

    public TotpKey {
        if (digits < FEWEST_DIGITS || digits > MOST_DIGITS) {
            throw new IllegalArgumentException(digits + " digits (expected 6 to 8)");
        }
    }

    /** A new key. */
    static TotpKey generate(TotpAlgorithm algorithm, int digits, SecureRandom random) {
        byte[] bytes = new byte[algorithm.keyBytes()];
        random.nextBytes(bytes);
        return new TotpKey(Secret.of(bytes), algorithm, digits);
    }

    /** A key of which {@link #base32} is the secret; throws IllegalArgumentException for other text. */
    static TotpKey of(String base32, TotpAlgorithm algorithm, int digits) {
        byte[] bytes = BASE32.decode(base32);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("no key");
        }
        return new TotpKey(Secret.of(bytes), algorithm, digits);
    }

    /** The number of the step at {@code time}. */
    static long step(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), STEP.toSeconds());
    }

    /** The code of a step. */
    String code(long step) {
        try {
            // Its steps begin with the epoch, so that a time in the step stands for it. Not safe for several threads.
            return new TimeBasedOneTimePasswordGenerator(STEP, digits, algorithm.mac())
                    .generateOneTimePasswordString(
                            new SecretKeySpec(secret.bytes(), algorithm.mac()),
                            Instant.ofEpochSecond(step * STEP.toSeconds()));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key of " + algorithm.keyBytes() + " bytes", e);
        }
    }

    /** Whether {@code typed} is the code of {@code step}; the time it takes does not tell where they differ. */
    boolean isCode(String typed, long step) {
        return MessageDigest.isEqual(
                typed.getBytes(StandardCharsets.UTF_8), code(step).getBytes(StandardCharsets.UTF_8));
    }

    /** The secret as users type it into an app, and as the file has it; a secret. */
    public String base32() {
        return BASE32.encode(secret.bytes());
    }

    /** The same in groups of four, which are easier to type. */
    public String base32InGroups() {
        return base32().replaceAll("(.{4})(?!$)", "$1 ");
    }

    /**
     * What the QR code says, in the format that all apps read ({@code otpauth://totp/…}); a secret.
     *
     * @param issuer whose code it is, as the app shows it; without a colon
     * @param account whose account; a long name is cut
     */
    public String uri(String issuer, String account) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(cut(account)) + "?secret=" + base32() + "&issuer="
                + encoded(issuer) + "&algorithm=" + algorithm.name().toUpperCase(Locale.ROOT) + "&digits=" + digits
                + "&period=" + STEP.toSeconds();
    }

    /** A QR code holds 2,953 bytes, and each character can take twelve of them. */
    private static String cut(String account) {
        return account.codePointCount(0, account.length()) <= LONGEST_ACCOUNT
                ? account
                : account.substring(0, account.offsetByCodePoints(0, LONGEST_ACCOUNT));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
