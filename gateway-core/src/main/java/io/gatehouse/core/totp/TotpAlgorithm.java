package io.gatehouse.core.totp;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The hash function of one-time codes (RFC 6238 section 1.2). Authenticator apps expect SHA-1; many ignore others. */
public enum TotpAlgorithm {
    SHA1("HmacSHA1", 20),
    SHA256("HmacSHA256", 32),
    SHA512("HmacSHA512", 64);

    private final String mac;
    private final int keyBytes;

    TotpAlgorithm(String mac, int keyBytes) {
        this.mac = mac;
        this.keyBytes = keyBytes;
    }

    /** Its name for {@link javax.crypto.Mac}. */
    String mac() {
        return mac;
    }

    /** How long keys are: as long as the hash (RFC 4226 section 4, RFC 6238 section 5.1). */
    int keyBytes() {
        return keyBytes;
    }

    /** Its name in files and configurations: {@code sha1}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<TotpAlgorithm> of(String label) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(label))
                .findFirst();
    }
}
