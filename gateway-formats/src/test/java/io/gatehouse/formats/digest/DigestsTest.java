package io.gatehouse.formats.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DigestsTest {
    private static final byte[] A = "a".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BC = "bc".getBytes(StandardCharsets.US_ASCII);

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** RFC 1321 and FIPS 180-4, for {@code abc}. */
    @Test
    void digestsAreOverAllParts() {
        assertThat(hex(Digests.md5(A, BC))).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(hex(Digests.sha1(A, BC))).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(hex(Digests.sha256(A, BC)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(hex(Digests.md5())).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    }

    @Test
    void randomIdsAreOfTheLengthAskedForAndFitIntoUrls() {
        SecureRandom random = new SecureRandom();
        assertThat(RandomIds.next(random, 32)).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(RandomIds.next(random, 32));
        assertThat(RandomIds.next(random, 16)).hasSize(22);
    }
}
