package io.gatehouse.provider.ntlm.netlogon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NdrTest {
    private static NdrReader reader(String hex) {
        return new NdrReader(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(NdrWriter writer) {
        return HexFormat.of().formatHex(writer.toByteArray());
    }

    @Test
    void numbersAreAlignedToTheirSize() throws Exception {
        NdrWriter writer = new NdrWriter();
        writer.u8(1);
        writer.u16(0x0302);
        writer.u8(4);
        writer.u32(0x08070605);

        assertThat(hex(writer)).isEqualTo("010002030400000005060708");
        NdrReader reader = new NdrReader(writer.toByteArray());
        assertThat(reader.u8()).isEqualTo(1);
        assertThat(reader.u16()).isEqualTo(0x0302);
        assertThat(reader.u8()).isEqualTo(4);
        assertThat(reader.u32()).isEqualTo(0x08070605);
        assertThat(reader.remaining()).isZero();
    }

    @Test
    void uuidsKeepTheOrderOfTheirParts() throws Exception {
        UUID uuid = UUID.fromString("12345678-1234-abcd-ef00-01234567cffb");
        NdrWriter writer = new NdrWriter();
        writer.uuid(uuid);

        assertThat(hex(writer)).isEqualTo("785634123412cdabef0001234567cffb");
        assertThat(new NdrReader(writer.toByteArray()).uuid()).isEqualTo(uuid);
    }

    @Test
    void pointersDifferFromEachOtherAndFromNull() {
        NdrWriter writer = new NdrWriter();
        writer.pointer();
        writer.nullPointer();
        writer.pointer();

        assertThat(hex(writer)).isEqualTo("000002000000000004000200");
    }

    @Test
    void writerGrowsAsFarAsItMust() {
        NdrWriter writer = new NdrWriter();
        for (int index = 0; index < 1000; index++) {
            writer.u8(index);
            writer.u32(index);
        }
        writer.bytes(new byte[10_000]);

        assertThat(writer.length()).isEqualTo(18_000);
    }

    @Test
    void stringsComeBack() throws Exception {
        NdrWriter writer = new NdrWriter();
        writer.unicodeString("Zürich €");
        writer.characters("Zürich €");

        NdrReader reader = new NdrReader(writer.toByteArray());
        NdrReader.UnicodeString string = reader.unicodeString();
        assertThat(reader.characters(string)).isEqualTo("Zürich €");
    }

    @Test
    void absentStringsAreEmpty() throws Exception {
        NdrReader reader = reader("0000 0000 00000000");

        assertThat(reader.characters(reader.unicodeString())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0300 0400 04000200", // odd
                "0600 0400 04000200", // longer than its buffer
                "0200 0200 00000000", // characters of nowhere
                "0200 0200 040002" // cut off
            })
    void brokenStringHeadersAreMalformed(String hex) {
        assertThatThrownBy(() -> reader(hex).unicodeString()).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0200 0200 04000200 01000000 00000000 02000000 6100 6200", // two characters instead of one
                "0200 0200 04000200 01000000 01000000 01000000 6100", // not at the beginning
                "0400 0400 04000200 01000000 00000000 02000000 6100 6200", // more than there is room for
                "0400 0400 04000200 02000000 00000000 02000000 6100", // cut off
                "feff feff 04000200 ff7f0000 00000000 ff7f0000 6100" // a length that nobody has
            })
    void brokenCharactersAreMalformed(String hex) {
        NdrReader reader = reader(hex);

        assertThatThrownBy(() -> reader.characters(reader.unicodeString())).isInstanceOf(MalformedException.class);
    }

    /** Four thousand million elements, of which not one is there. */
    @Test
    void countsAreCheckedAgainstWhatIsThere() throws Exception {
        assertThatThrownBy(() -> reader("ffffffff 00000000").count(Integer.MAX_VALUE, 4))
                .hasMessage("4294967295 elements at 0 (expected at most 1)");
        assertThatThrownBy(() -> reader("03000000 000000000000000000000000").count(2, 4))
                .hasMessage("3 elements at 0 (expected at most 2)");
        assertThat(reader("02000000 0000000000000000").count(2, 4)).isEqualTo(2);
    }

    @Test
    void arraysHaveTheSizeThatTheirStructureSays() {
        assertThatThrownBy(() -> reader("03000000").conformance(2)).hasMessage("array of 3 elements at 0 (expected 2)");
    }

    @Test
    void readingBeyondTheEndIsMalformed() {
        assertThatThrownBy(() -> reader("00").u16()).hasMessage("1 bytes at 0 (expected 2)");
        assertThatThrownBy(() -> reader("").u8()).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> reader("00").bytes(-1)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> reader("0000").skip(3)).isInstanceOf(MalformedException.class);
    }
}
