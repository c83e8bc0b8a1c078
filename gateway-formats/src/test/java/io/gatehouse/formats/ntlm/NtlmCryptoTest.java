package io.gatehouse.formats.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NtlmCryptoTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void theNtHashOfThePasswordIsMd4OfItsUtf16() {
        assertThat(hex(NtlmCrypto.ntHash("Passw0rd!"))).isEqualTo("fc525c9683e8fe067095ba2ddc971889");
    }

    @Test
    void theResponseKeyTakesTheUserInUpperCase() {
        byte[] hash = bytes("fc525c9683e8fe067095ba2ddc971889");

        assertThat(hex(NtlmCrypto.ntowfv2(hash, "alice", ""))).isEqualTo("bc52de0147225eb4a5e2cc431da2daea");
    }

    /** MS-NLMP 4.2.4. */
    @Test
    void nlmpExampleOfNtlmV2() {
        byte[] hash = NtlmCrypto.ntHash("Password");
        byte[] key = NtlmCrypto.ntowfv2(hash, "User", "Domain");
        byte[] blob = bytes("01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00"
                + "01000c005300650072007600650072000000000000000000");
        byte[] proof = NtlmCrypto.hmacMd5(key, bytes("0123456789abcdef"), blob);
        byte[] sessionBaseKey = NtlmCrypto.hmacMd5(key, proof);

        assertThat(hex(hash)).isEqualTo("a4f49c406510bdcab6824ee7c30fd852");
        assertThat(hex(key)).isEqualTo("0c868a403bfd7a93a3001ef22ef02e3f");
        assertThat(hex(proof)).isEqualTo("68cd0ab851e51c96aabc927bebef6a1c");
        assertThat(hex(sessionBaseKey)).isEqualTo("8de40ccadbc14a82f15cb0ad0de95ca3");
        assertThat(hex(NtlmCrypto.rc4(NtlmCrypto.rc4(sessionBaseKey), bytes("55".repeat(16)))))
                .isEqualTo("c5dad2544fc9799094ce1ce90bc9d03e");
    }
}
