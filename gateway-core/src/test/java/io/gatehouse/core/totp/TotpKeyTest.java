package io.gatehouse.core.totp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codes of RFC 6238 appendix B, and what apps read. */
class TotpKeyTest {
    private static final String SEED = "12345678901234567890123456789012345678901234567890123456789012345";

    @ParameterizedTest
    @CsvSource({
        "59, 94287082, 46119246, 90693936",
        "1111111109, 07081804, 68084774, 25091201",
        "1111111111, 14050471, 67062674, 99943326",
        "1234567890, 89005924, 91819424, 93441116",
        "2000000000, 69279037, 90698825, 38618901",
        "20000000000, 65353130, 77737706, 47863826"
    })
    void theVectorsOfTheSpecification(long time, String sha1, String sha256, String sha512) {
        long step = TotpKey.step(Instant.ofEpochSecond(time));
        assertThat(key(TotpAlgorithm.SHA1).code(step)).isEqualTo(sha1);
        assertThat(key(TotpAlgorithm.SHA256).code(step)).isEqualTo(sha256);
        assertThat(key(TotpAlgorithm.SHA512).code(step)).isEqualTo(sha512);
        assertThat(key(TotpAlgorithm.SHA1).isCode(sha1, step)).isTrue();
        assertThat(key(TotpAlgorithm.SHA1).isCode(sha1, step + 1)).isFalse();
        assertThat(key(TotpAlgorithm.SHA1).isCode(sha1.substring(2), step)).isFalse();
    }

    private static TotpKey key(TotpAlgorithm algorithm) {
        return new TotpKey(Secret.ofText(SEED.substring(0, algorithm.keyBytes())), algorithm, 8);
    }

    @Test
    void appsReadTheKey() {
        TotpKey key = new TotpKey(Secret.ofText("12345678901234567890"), TotpAlgorithm.SHA1, 6);
        assertThat(key.base32InGroups()).isEqualTo("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assertThat(key.uri("Example & Co", "CORP\\alice ü"))
                .isEqualTo("otpauth://totp/Example%20%26%20Co:CORP%5Calice%20%C3%BC"
                        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co"
                        + "&algorithm=SHA1&digits=6&period=30");
        assertThat(key).hasToString("TotpKey[secret=Secret[20 bytes], algorithm=SHA1, digits=6]");
    }

    @Test
    void aCodeHasSixToEightDigits() {
        assertThatThrownBy(() -> new TotpKey(Secret.ofText("x"), TotpAlgorithm.SHA1, 5))
                .hasMessage("5 digits (expected 6 to 8)");
    }
}
