package io.gatehouse.formats.ndr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.sid.Sid;
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

    private static final String DOMAIN_USERS =
            "05000000" + "0105000000000005" + "15000000" + "01000000" + "02000000" + "ffffffff" + "01020000";

    @Test
    void sidsAreReadAsTheyAreWritten() throws Exception {
        Sid sid = reader(DOMAIN_USERS).sid();
        assertThat(sid).hasToString("S-1-5-21-1-2-4294967295-513");

        NdrWriter writer = new NdrWriter();
        writer.sid(sid);
        assertThat(hex(writer)).isEqualTo(DOMAIN_USERS);
        assertThat(reader("01000000" + "0101010000000001" + "02000000").sid()).hasToString("S-1-0x010000000001-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05000000" + "0205000000000005" + "0000000000000000000000000000000000000000", // revision 2
                "05000000" + "0104000000000005" + "0000000000000000000000000000000000000000", // 5 parts or 4
                "00000000" + "0100000000000001", // none
                "10000000" + "0110000000000005" + "00", // too many
                "05000000" + "0105000000000005" + "15000000" // cut off
            })
    void brokenSidsAreMalformed(String hex) {
        assertThatThrownBy(() -> reader(hex).sid()).isInstanceOf(MalformedException.class);
    }

    @Test
    void namesArePrintableAndNotEndless() throws Exception {
        assertThatThrownBy(() -> name("al\nice")).hasMessage("logon: text with control characters");
        assertThatThrownBy(() -> name("\ud800")).hasMessage("logon: text with control characters");
        assertThatThrownBy(() -> name("a".repeat(2049)))
                .hasMessage("logon: name of 4098 bytes (expected at most 4096)");
        assertThat(name("a".repeat(2048))).hasSize(2048);
        assertThat(name("日本")).isEqualTo("日本");
    }

    private static String name(String text) throws MalformedException {
        NdrWriter writer = new NdrWriter();
        writer.unicodeString(text);
        writer.characters(text);
        NdrReader reader = new NdrReader(writer.toByteArray(), "logon");
        return reader.name(reader.unicodeString());
    }

    @Test
    void charactersThatNobodyReadsAreSteppedOverWhateverTheyAre() throws Exception {
        NdrWriter writer = new NdrWriter();
        writer.unicodeString("al\nice\ud800");
        writer.characters("al\nice\ud800");
        writer.u32(7);

        NdrReader reader = new NdrReader(writer.toByteArray());
        reader.skipCharacters(reader.unicodeString());
        assertThat(reader.u32()).isEqualTo(7);
    }

    @Test
    void namesElsewhereStayWithinTheBytes() throws Exception {
        NdrReader reader = reader("6100 6200 6300");
        assertThat(reader.name(4)).isEqualTo("ab");
        assertThat(reader.position()).isEqualTo(4);
        assertThat(reader.nameAt(0, 6)).isEqualTo("abc");
        assertThatThrownBy(() -> reader.nameAt(4, 4)).hasMessage("text of 4 bytes at 4 of 6");
        assertThatThrownBy(() -> reader.nameAt(0, 3)).hasMessage("text of 3 bytes at 0 of 6");
        assertThatThrownBy(() -> reader.name(4)).hasMessage("text of 4 bytes at 4 of 6");
    }

    @Test
    void longNumbersAreAlignedToo() throws Exception {
        NdrReader reader = reader("01000000 00000000 0807060504030201");
        assertThat(reader.u8()).isEqualTo(1);
        assertThat(reader.u64()).isEqualTo(0x0102030405060708L);
        assertThatThrownBy(reader::u64).hasMessage("0 bytes at 16 (expected 8)");
    }
}
