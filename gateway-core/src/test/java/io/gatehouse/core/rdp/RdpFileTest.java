package io.gatehouse.core.rdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.core.text.Parsed;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdpFileTest {
    private static final String SMALL =
            "full address:s:win11.lab\r\nscreen mode id:i:2\r\nwinposstr:s:0,1,0,0,800,600\r\n";

    static Stream<Arguments> encodings() {
        return Stream.of(
                Arguments.of("", StandardCharsets.UTF_8),
                Arguments.of("\ufeff", StandardCharsets.UTF_8),
                Arguments.of("\ufeff", StandardCharsets.UTF_16LE),
                Arguments.of("\ufeff", StandardCharsets.UTF_16BE),
                Arguments.of("", StandardCharsets.UTF_16LE));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void everyEncodingOfTheClientsIsRead(String mark, Charset charset) {
        RdpFile file = read((mark + "full address:s:büro\r\n").getBytes(charset));
        assertThat(file.find("FULL ADDRESS").orElseThrow().value()).isEqualTo("büro");
    }

    @Test
    void settingsThatNobodyKnowsAreKeptInTheirOrder() {
        String text = "zz future key:i:-7\r\nfull address:s:a:3390\r\npassword 51:b:01AAff\r\n";
        assertThat(new String(read(text).encode(), StandardCharsets.US_ASCII)).isEqualTo(text);
    }

    @Test
    void asciiIsWrittenAsAscii() {
        assertThat(read(SMALL).encode()).isEqualTo(SMALL.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void otherTextIsWrittenAsUtf16WithItsMark() {
        byte[] written =
                RdpFile.EMPTY.with(RdpSetting.text("full address", "büro")).encode();
        assertThat(written)
                .isEqualTo("\ufefffull address:s:büro\r\n".getBytes(StandardCharsets.UTF_16LE))
                .startsWith(0xff, 0xfe);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nb", "a\nb", "a\rb", "a\0b", "a\u0085b", "a\u2028b", "a\u2029b", "\ufeffa", "a\tb", "\ud800"
            })
    void noValueBecomesASecondLine(String value) {
        assertThat(RdpSetting.of("username", RdpSetting.Type.TEXT, value)).isInstanceOf(Parsed.Faulty.class);
        assertThatIllegalArgumentException().isThrownBy(() -> RdpSetting.text("username", value));
    }

    @Test
    void nameWithAColonIsRefused() {
        assertThat(RdpSetting.of("full address:s", RdpSetting.Type.TEXT, "evil"))
                .isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void allProblemsAreToldWithTheirLines() {
        assertThat(problem("full address:s:a\n\nnonsense\nscreen mode id:i:two\nFull Address:s:b\nx:q:1\nbytes:b:0g\n"))
                .isEqualTo("line 3: not a setting (expected name:i:number, name:s:text or name:b:hex); "
                        + "line 4: value of a number (expected digits, perhaps with a minus); "
                        + "line 5: the setting of line 1 again; "
                        + "line 6: type 'q' (expected i, s or b); "
                        + "line 7: value of bytes (expected hexadecimal digits)");
    }

    @Test
    void hugeAndBinaryFilesAreRefused() {
        assertThat(RdpFile.parse(new byte[RdpFile.LARGEST_FILE + 1])).isInstanceOf(Parsed.Faulty.class);
        assertThat(RdpFile.parse(new byte[] {(byte) 0xc3, 0x28})).isInstanceOf(Parsed.Faulty.class);
        assertThat(RdpFile.parse("a:i:1\n".repeat(5000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void changedSettingStaysInItsPlace() {
        RdpFile changed = read(SMALL).with(RdpSetting.number("Screen Mode Id", 1));
        assertThat(changed.settings())
                .extracting(RdpSetting::line)
                .containsExactly("full address:s:win11.lab", "Screen Mode Id:i:1", "winposstr:s:0,1,0,0,800,600");
    }

    @Test
    void laterFileWins() {
        RdpFile merged = read(SMALL).with(read("screen mode id:i:1\r\naudiomode:i:2\r\n"));
        assertThat(merged.find("screen mode id").orElseThrow().value()).isEqualTo("1");
        assertThat(merged.settings()).hasSize(4);
        assertThat(merged.without("AUDIOMODE").settings()).hasSize(3);
    }

    static RdpFile read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RdpFile read(byte[] bytes) {
        return switch (RdpFile.parse(bytes)) {
            case Parsed.Valid<RdpFile>(RdpFile file) -> file;
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    private static String problem(String text) {
        return switch (RdpFile.parse(text.getBytes(StandardCharsets.UTF_8))) {
            case Parsed.Valid<RdpFile> _ -> "";
            case Parsed.Faulty<RdpFile>(String problem) -> problem;
        };
    }
}
