package io.gatehouse.formats.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {
    private static DerReader reader(String hex) {
        return new DerReader(HexFormat.of().parseHex(hex));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** X.690 section 8.3: two's complement in the fewest octets. */
    @ParameterizedTest
    @CsvSource({
        "0, 020100",
        "1, 020101",
        "127, 02017f",
        "128, 02020080",
        "-1, 0201ff",
        "-128, 020180",
        "-129, 0202ff7f",
        "32767, 02027fff",
        "32768, 0203008000",
        "8388608, 020400800000",
        "2147483647, 02047fffffff",
        "-2147483648, 020480000000",
    })
    void integerHasOneSpelling(int number, String encoding) throws Exception {
        assertThat(hex(DerWriter.integer(number))).isEqualTo(encoding);
        assertThat(reader(encoding).lastInteger()).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "0200, DER INTEGER of 0 octets (expected 1 to 4)",
        "02050080000000, DER INTEGER of 5 octets (expected 1 to 4)",
        "02020001, DER INTEGER 1 in 2 octets",
        "0202ff80, DER INTEGER -128 in 2 octets",
        "040101, DER tag 0x04 (expected 0x02)",
        "02010100, 1 bytes behind a DER value",
        "02050100000012, DER INTEGER of 5 octets (expected 1 to 4)",
        "0209000000000000000001, DER INTEGER of 9 octets (expected 1 to 4)",
    })
    void otherIntegersAreMalformed(String encoding, String problem) {
        assertThatThrownBy(() -> reader(encoding).lastInteger())
                .isInstanceOf(MalformedException.class)
                .hasMessage(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0400",
        "127, 047f",
        "128, 048180",
        "255, 0481ff",
        "256, 04820100",
        "65535, 0482ffff",
        "65536, 0483010000",
        "100000, 04830186a0",
        "200, 0481c8",
        "300, 0482012c"
    })
    void lengthIsWrittenInItsShortestForm(int length, String start) throws Exception {
        byte[] value = DerWriter.octets(new byte[length]);
        assertThat(hex(value)).startsWith(start).hasSize(start.length() + 2 * length);
        assertThat(new DerReader(value).lastOctets().length()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0480", "04810101", "048200ff", "0484000000017f", "0402ff", "04", "0482ff", "048101"})
    void lengthInAnotherFormOrBeyondTheEndIsMalformed(String encoding) {
        assertThatThrownBy(() -> reader(encoding).enter(Der.OCTET_STRING)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> reader(encoding).skip()).isInstanceOf(MalformedException.class);
    }

    @Test
    void skipStepsOverOneValueAndAnswersItsTag() throws Exception {
        DerReader reader = reader("a1030201050400");
        assertThat(reader.skip()).isEqualTo(Der.context(1));
        assertThat(reader.skip()).isEqualTo(Der.OCTET_STRING);
        assertThat(reader.isAtEnd()).isTrue();
        assertThatThrownBy(reader::skip).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> reader("bf200100").skip()).hasMessage("DER tag of several octets");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 020100",
        "-1, 0201ff",
        "2147483648, 02050080000000",
        "4294967295, 020500ffffffff",
        "9223372036854775807, 02087fffffffffffffff",
        "-9223372036854775808, 02088000000000000000",
    })
    void integerOfMoreThan32BitsHasOneSpellingToo(long number, String encoding) throws Exception {
        assertThat(hex(DerWriter.integer(number))).isEqualTo(encoding);
        assertThat(reader(encoding).lastInteger(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(number);
    }

    @Test
    void integerOutOfItsRangeIsMalformed() {
        assertThatThrownBy(() -> reader("020300ffff").lastInteger(0, 65_534))
                .hasMessage("DER INTEGER 65535 (expected 0 to 65534)");
        assertThatThrownBy(() -> reader("0201ff").lastInteger(0, 1)).hasMessage("DER INTEGER -1 (expected 0 to 1)");
        assertThatThrownBy(() -> reader("0209008000000000000000").lastInteger(0, Long.MAX_VALUE))
                .hasMessage("DER INTEGER of 9 octets (expected 1 to 8)");
    }

    @Test
    void fieldsAndSecretsAreReadAsTheyAreWritten() throws Exception {
        byte[] sequence = DerWriter.sequence(
                DerWriter.field(1, DerWriter.octets(new byte[] {7})), DerWriter.field(2, DerWriter.integer(5)));
        assertThat(hex(sequence)).isEqualTo("300aa103040107a203020105");
        DerReader fields = new DerReader(sequence).enterLast(Der.SEQUENCE);
        assertThat(fields.hasField(0)).isFalse();
        assertThat(fields.hasField(1)).isTrue();
        assertThat(fields.field(1).lastSecret()).isEqualTo(Secret.of(new byte[] {7}));
        assertThatThrownBy(() -> fields.field(3)).hasMessage("DER tag 0xa2 (expected 0xa3)");
        assertThat(fields.field(2).lastInteger()).isEqualTo(5);
    }

    @Test
    void tagsAreThoseOfTheSpecifications() {
        assertThat(Der.context(0)).isEqualTo(0xa0);
        assertThat(Der.application(10)).isEqualTo(0x6a);
        assertThatThrownBy(() -> Der.context(31)).isInstanceOf(IllegalArgumentException.class);
    }
}
