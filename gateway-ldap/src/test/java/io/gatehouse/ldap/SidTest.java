package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidTest {
    @ParameterizedTest
    @CsvSource({
        "S-1-5-32-544, 01020000000000052000000020020000",
        "S-1-5-21-1-4294967295-3-1104, 01050000000000051500000001000000ffffffff0300000050040000",
    })
    void textAndBytesAreTheSame(String text, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(Sid.text(bytes)).contains(text);
        assertThat(Sid.bytes(text)).hasValueSatisfying(made -> assertThat(made).isEqualTo(bytes));
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
        assertThat(Sid.text(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "S-1-5", "S-2-5-32", "s-1-5-32-544", "S-1-5-32-544)(cn=*", "S-1-5-4294967296", "S-1-5--1"})
    void otherTextIsNoSid(String text) {
        assertThat(Sid.bytes(text)).isEmpty();
    }

    @Test
    void tooManyPartsAreRefused() {
        assertThat(Sid.bytes("S-1-5" + "-1".repeat(16))).isEmpty();
        assertThat(Sid.bytes("S-1-5" + "-1".repeat(15))).isPresent();
    }
}
