package io.gatehouse.core.rdp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that other people wrote, with everything that RDP clients overlook. */
class RdpTemplateTest {
    private static byte[] resource(String name) {
        try (InputStream stream =
                requireNonNull(RdpTemplateTest.class.getResourceAsStream("templates/" + name), name)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RdpTemplate read(byte[] bytes) {
        return switch (RdpTemplate.read(bytes)) {
            case Parsed.Valid<RdpTemplate>(RdpTemplate template) -> template;
            case Parsed.Faulty<RdpTemplate>(String problem) -> throw new AssertionError(problem);
        };
    }

    private static RdpTemplate read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> lines(RdpTemplate template) {
        return template.file().settings().stream().map(RdpSetting::line).toList();
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("trailing-space.rdp", "screen mode id:i:2", List.of()),
                Arguments.of(
                        "duplicate.rdp",
                        "screen mode id:i:2",
                        List.of("line 4: the setting of line 3 again; the later one counts")),
                Arguments.of(
                        "tab-in-value.rdp",
                        "remoteapplicationcmdline:s:/x /y",
                        List.of("line 4: tabulator; a space stands there now")));
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatClientsOverlookIsNoReasonToRefuseAFile(String name, String kept, List<String> notes) {
        RdpTemplate template = read(resource(name));

        assertThat(lines(template)).contains(kept).startsWith("full address:s:win11.lab", "server port:i:3389");
        assertThat(template.notes()).isEqualTo(notes);
    }

    @Test
    void manySettingsAreKept() {
        assertThat(read(resource("more-than-512-settings.rdp")).file().settings())
                .hasSizeGreaterThan(512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n \r\n", "# a comment\r\n"})
    void aFileWithoutASettingIsRefused(String text) {
        assertThat(RdpTemplate.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Parsed.Faulty.class,
                        faulty -> assertThat(faulty.problem())
                                .startsWith("no setting in it (expected lines such as full address:s:host)"));
        assertThat(RdpTemplate.read(resource("empty.rdp"))).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void commentsAndBrokenLinesAreLeftOutAndTold() {
        RdpTemplate template = read("""
                # made by hand
                full address:s:a
                audiomode:i:
                ; old
                screen mode id:i:two
                bytes:b:0g
                zz future:i:7
                username:s:a\0b
                """);

        assertThat(lines(template)).containsExactly("full address:s:a", "zz future:i:7");
        assertThat(template.notes())
                .containsExactly(
                        "line 1: not a setting (expected name:i:number, name:s:text or name:b:hex); left out",
                        "line 3: value of a number (expected digits, perhaps with a minus); left out",
                        "line 4: not a setting (expected name:i:number, name:s:text or name:b:hex); left out",
                        "line 5: value of a number (expected digits, perhaps with a minus); left out",
                        "line 6: value of bytes (expected hexadecimal digits); left out",
                        "line 8: control character in a value; left out");
    }

    @Test
    void ofTwoSettingsOfOneNameTheLaterOneCounts() {
        RdpTemplate template = read("full address:s:first\nserver port:i:1\nFull Address:s:second\n");

        assertThat(lines(template)).containsExactly("Full Address:s:second", "server port:i:1");
    }

    static Stream<Arguments> encodings() {
        return Stream.of("\r\n", "\n")
                .flatMap(end -> Stream.of(
                        Arguments.of("", StandardCharsets.UTF_8, end),
                        Arguments.of("\ufeff", StandardCharsets.UTF_8, end),
                        Arguments.of("\ufeff", StandardCharsets.UTF_16LE, end),
                        Arguments.of("\ufeff", StandardCharsets.UTF_16BE, end),
                        Arguments.of("", StandardCharsets.UTF_16LE, end)));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void everyEncodingOfTheClientsIsRead(String mark, Charset charset, String end) {
        String text = mark + "full address:s:büro" + end + "audiomode:i:2" + end + "\0";

        assertThat(lines(read(text.getBytes(charset)))).containsExactly("full address:s:büro", "audiomode:i:2");
    }

    @Test
    void spaceAroundATextBelongsToIt() {
        assertThat(lines(read("alternate shell:s: a \naudiomode:i: 2 \n")))
                .containsExactly("alternate shell:s: a ", "audiomode:i:2");
    }
}
