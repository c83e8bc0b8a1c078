package io.gatehouse.formats.sid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidTest {
    @ParameterizedTest
    @CsvSource({
        "S-1-5-32-544, 01020000000000052000000020020000",
        "S-1-5-21-1-4294967295-3-1104, 01050000000000051500000001000000ffffffff0300000050040000",
        "S-1-1-0, 010100000000000100000000",
        "S-1-4294967295-1, 01010000ffffffff01000000",
        "S-1-0x010000ABCDEF-1, 0101010000abcdef01000000",
    })
    void textAndBytesAreTheSame(String text, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(Sid.of(bytes)).map(Sid::toString).contains(text);
        assertThat(Sid.parse(text).map(Sid::bytes))
                .hasValueSatisfying(made -> assertThat(made).isEqualTo(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "0102000000000005200000002002000000",
                "01020000000000052000000020",
                "02010000000000050b000000",
                "0100000000000005"
            })
    void otherBytesAreNoSid(String hex) {
        assertThat(Sid.of(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "S-1-5",
                "S-2-5-32",
                "s-1-5-32-544",
                "S-1-5-32-544)(cn=*",
                "S-1-5-4294967296",
                "S-1-5--1",
                "S-1-5-032",
                "S-1-05-32",
                "S-1-4294967296-1",
                "S-1-0x000000000005-32"
            })
    void otherTextIsNoSid(String text) {
        assertThat(Sid.parse(text)).isEmpty();
    }

    @Test
    void tooManyPartsAreRefused() {
        assertThat(Sid.parse("S-1-5" + "-1".repeat(16))).isEmpty();
        assertThat(Sid.parse("S-1-5" + "-1".repeat(15))).isPresent();
    }

    @Test
    void hexadecimalDigitsAreReadInBothCases() {
        assertThat(Sid.parse("S-1-0x010000abcdef-1")).contains(new Sid(0x0100_00ab_cdefL, List.of(1L)));
    }

    @Test
    void accountsAreOfTheirDomain() throws Exception {
        Sid domain = new Sid(5, List.of(21L, 1L, 2L, 3L));

        assertThat(domain.account(1103)).hasToString("S-1-5-21-1-2-3-1103");
        assertThat(domain.account(1103).rid()).isEqualTo(1103);
        assertThat(domain.account(1103).isOfDomain()).isTrue();
        assertThat(new Sid(5, List.of(32L, 544L)).isOfDomain()).isFalse();
        assertThat(new Sid(18, List.of(21L)).isOfDomain()).isFalse();
        assertThatThrownBy(() -> new Sid(5, Collections.nCopies(15, 1L)).account(1))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void numbersOutOfTheirRangeMakeNoSid() {
        assertThatThrownBy(() -> new Sid(5, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sid(5, List.of(0x1_0000_0000L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sid(-1, List.of(1L))).isInstanceOf(IllegalArgumentException.class);
    }
}
