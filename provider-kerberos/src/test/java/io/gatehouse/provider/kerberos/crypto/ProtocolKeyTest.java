package io.gatehouse.provider.kerberos.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kerby.kerberos.kerb.crypto.CheckSumHandler;
import org.apache.kerby.kerberos.kerb.crypto.EncryptionHandler;
import org.apache.kerby.kerberos.kerb.type.base.CheckSumType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vectors of RFC 8009 appendix A for encryption types 19 and 20; Apache Kerby as the other party for 17, 18 and 23.
 */
class ProtocolKeyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String AES128_SHA2 = "3705d96080c17728a0e800eab6e0d23c";
    private static final String AES256_SHA2 = "6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52";

    private final SecureRandom random = new SecureRandom();

    private static ProtocolKey key(int type, String hex) {
        return ProtocolKey.of(type, Secret.of(HEX.parseHex(hex))).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "''," + " ef85fb890bb8472f4dab20394dca781dad877eda39d50c870c0d5a0a8e48c718",
        "000102030405, 84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c",
        "000102030405060708090a0b0c0d0e0f,"
                + " 3517d640f50ddc8ad3628722b3569d2ae07493fa8263254080ea65c1008e8fc295fb4852e7d83e1e7c48c37eebe6b0d3",
        "000102030405060708090a0b0c0d0e0f1011121314,"
                + " 720f73b18d9859cd6ccb4346115cd336c70f58edc0c4437c5573544c31c813bce1e6d072c186b39a413c2f92ca9b8334"
                + "a287ffcbfc"
    })
    void theVectorsOfAes128WithSha256AreOpened(String plain, String sealed) throws Exception {
        assertThat(key(19, AES128_SHA2).decrypt(KeyUsage.TICKET, HEX.parseHex(sealed)))
                .isEqualTo(HEX.parseHex(plain));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c",
        "000102030405,"
                + " 4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2",
        "000102030405060708090a0b0c0d0e0f,"
                + " bc47ffec7998eb91e8115cf8d19dac4bbbe2e163e87dd37f49beca92027764f68cf51f14d798c2273f35df574d1f932e"
                + "40c4ff255b36a266",
        "000102030405060708090a0b0c0d0e0f1011121314,"
                + " 40013e2df58e8751957d2878bcd2d6fe101ccfd556cb1eae79db3c3ee86429f2b2a602ac86fef6ecb647d6295fae077a"
                + "1feb517508d2c16b4192e01f62"
    })
    void theVectorsOfAes256WithSha384AreOpened(String plain, String sealed) throws Exception {
        assertThat(key(20, AES256_SHA2).decrypt(KeyUsage.TICKET, HEX.parseHex(sealed)))
                .isEqualTo(HEX.parseHex(plain));
    }

    @Test
    void theChecksumVectorsOfRfc8009Hold() {
        byte[] data = HEX.parseHex("000102030405060708090a0b0c0d0e0f1011121314");
        assertThat(key(19, AES128_SHA2).checksum(KeyUsage.TICKET, data))
                .isEqualTo(HEX.parseHex("d78367186643d67b411cba9139fc1dee"));
        assertThat(key(20, AES256_SHA2).checksum(KeyUsage.TICKET, data))
                .isEqualTo(HEX.parseHex("45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a"));
    }

    static Stream<Arguments> typesAndLengths() {
        return IntStream.of(17, 18, 23)
                .boxed()
                .flatMap(type -> Stream.of(0, 1, 15, 16, 17, 31, 32, 33, 4711)
                        .map(length -> Arguments.of(EncryptionType.of(type).orElseThrow(), length)));
    }

    @ParameterizedTest
    @MethodSource("typesAndLengths")
    void kerbyOpensWhatWeSealAndWeWhatKerbySeals(EncryptionType type, int length) throws Exception {
        ProtocolKey key = ProtocolKey.random(type, random);
        byte[] plain = new byte[length];
        random.nextBytes(plain);
        var kerby = EncryptionHandler.getEncHandler(type.number());

        for (KeyUsage usage : List.of(KeyUsage.TICKET, KeyUsage.AP_REQ_AUTHENTICATOR, KeyUsage.AP_REP_PART)) {
            assertThat(kerby.decrypt(
                            key.encrypt(usage, plain, random), key.value().bytes(), usage.number()))
                    .isEqualTo(plain);
            assertThat(key.decrypt(usage, kerby.encrypt(plain, key.value().bytes(), usage.number())))
                    .isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({"17, HMAC_SHA1_96_AES128", "18, HMAC_SHA1_96_AES256", "23, HMAC_MD5_ARCFOUR"})
    void kerbyMakesTheSameChecksums(int type, CheckSumType checksumType) throws Exception {
        ProtocolKey key = ProtocolKey.random(EncryptionType.of(type).orElseThrow(), random);
        byte[] data = "the quick brown fox".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] theirs = CheckSumHandler.getCheckSumHandler(checksumType)
                .checksumWithKey(data, key.value().bytes(), KeyUsage.PAC_SIGNATURE.number());

        assertThat(key.checksum(KeyUsage.PAC_SIGNATURE, data))
                .isEqualTo(theirs)
                .hasSize(key.type().checksumLength());
        assertThat(checksumType.getValue()).isEqualTo(key.type().checksumType());
    }

    @ParameterizedTest
    @EnumSource(EncryptionType.class)
    void everyAlteredByteIsNoticed(EncryptionType type) throws Exception {
        ProtocolKey key = ProtocolKey.random(type, random);
        byte[] plain = "attack at dawn, not at noon".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] sealed = key.encrypt(KeyUsage.TICKET, plain, random);
        assertThat(key.decrypt(KeyUsage.TICKET, sealed)).isEqualTo(plain);

        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 0x40;
            assertThatThrownBy(() -> key.decrypt(KeyUsage.TICKET, altered)).isInstanceOf(IntegrityException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(EncryptionType.class)
    void noLengthIsTooShortToBeRefused(EncryptionType type) {
        ProtocolKey key = ProtocolKey.random(type, random);
        for (int length = 0; length < 48; length++) {
            byte[] sealed = new byte[length];
            assertThatThrownBy(() -> key.decrypt(KeyUsage.TICKET, sealed)).isInstanceOf(IntegrityException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(EncryptionType.class)
    void whatIsSealedForOneUsageIsNoUseForAnother(EncryptionType type) {
        ProtocolKey key = ProtocolKey.random(type, random);
        byte[] sealed = key.encrypt(KeyUsage.TICKET, new byte[20], random);
        assertThatThrownBy(() -> key.decrypt(KeyUsage.AP_REQ_AUTHENTICATOR, sealed))
                .isInstanceOf(IntegrityException.class);
        assertThat(key.checksum(KeyUsage.ACCEPTOR_SIGN, sealed))
                .isNotEqualTo(key.checksum(KeyUsage.INITIATOR_SIGN, sealed));
    }

    @ParameterizedTest
    @EnumSource(EncryptionType.class)
    void aChecksumIsRightOnlyAsAWhole(EncryptionType type) {
        ProtocolKey key = ProtocolKey.random(type, random);
        byte[] data = {1, 2, 3};
        byte[] checksum = key.checksum(KeyUsage.PAC_SIGNATURE, data);
        assertThat(key.verify(KeyUsage.PAC_SIGNATURE, data, checksum)).isTrue();
        assertThat(key.verify(KeyUsage.PAC_SIGNATURE, data, Arrays.copyOf(checksum, checksum.length - 1)))
                .isFalse();
        assertThat(key.verify(KeyUsage.PAC_SIGNATURE, data, new byte[0])).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "3, 8", "16, 24", "17, 32", "18, 16", "19, 24", "25, 16", "0, 0", "-1, 16"})
    void keysOfOtherTypesOrLengthsAreNotTaken(int type, int length) {
        assertThat(ProtocolKey.of(type, Secret.of(new byte[length]))).isEmpty();
    }

    @Test
    void typesHaveTheNamesThatToolsPrint() {
        assertThat(EncryptionType.AES256_CTS_HMAC_SHA384.displayName()).isEqualTo("aes256-cts-hmac-sha384-192");
        assertThat(EncryptionType.nameOf(3)).isEqualTo("des-cbc-md5");
        assertThat(EncryptionType.nameOf(99)).isEqualTo("encryption type 99");
    }
}
