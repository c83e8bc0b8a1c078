package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortalPathTest {
    private static final Path SOURCES = Path.of("src/main");
    /** A path of the portal, as Java or a template would spell it. */
    private static final Pattern SPELLED = Pattern.compile(
            "[\"=+ ]/(signin|signout|signedout|desktops|connect|favourite|access|wake|sessions|help|assets)\\b");
    /** A path of the portal in the documentation. */
    private static final Pattern DOCUMENTED = Pattern.compile(
            "`(?:https://gw\\.example\\.com)?(/(?:sign|desktops|connect|sessions|help)[^`?]*)(?:\\?[^`]*)?`");

    @ParameterizedTest
    @CsvSource({
        "CONNECT, /connect/win11.rdp, win11",
        "DESKTOP, /desktops/a_b-9, a_b-9",
        "CALLBACK, /signin/sso/callback, sso",
        "ASSET, /assets/0a/portal.css, 0a/portal.css",
    })
    void aPathWithAVariableIsMadeAndMatched(PortalPath path, String text, String value) {
        assertThat(path.of(value)).isEqualTo(text);
        assertThat(path.match(text)).hasValue(value);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROOT", "SIGN_IN", "DESKTOPS", "PUBLISHER"})
    void aPathWithoutAVariableMatchesItself(PortalPath path) {
        assertThat(path.match(path.path())).hasValue("");
        assertThatThrownBy(() -> path.of("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connect/.rdp", "/connect/A.rdp", "/connect/a/b.rdp", "/connect/axrdp", "/connect/a.rdp/"})
    void otherPathsAreNoFiles(String path) {
        assertThat(PortalPath.CONNECT.match(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a/b", "..", "a.rdp?x"})
    void noLinkIsMadeOfWhatIsNoName(String name) {
        assertThatThrownBy(() -> PortalPath.CONNECT.of(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noOtherFileSpellsAPath() throws IOException {
        List<String> found = new ArrayList<>();
        for (String folder : List.of("jte", "java/io/gatehouse/jetty/portal")) {
            try (Stream<Path> files = Files.walk(SOURCES.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.endsWith("PortalPath.java")) {
                        Files.readAllLines(file).stream()
                                .filter(line -> SPELLED.matcher(line).find())
                                .forEach(line -> found.add(file.getFileName() + ": " + line.strip()));
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void everyPathInTheDocumentationIsThePortals() throws IOException {
        List<String> documented = new ArrayList<>();
        for (Matcher path = DOCUMENTED.matcher(Files.readString(Path.of("../docs/portal.md"))); path.find(); ) {
            documented.add(path.group(1).replaceFirst("\\bID\\b", "id").replaceFirst("\\bNAME\\b", "name"));
        }
        assertThat(documented).contains("/connect/name.rdp", "/signin/id/callback", "/signedout");
        assertThat(documented)
                .allSatisfy(path -> assertThat(Stream.of(PortalPath.values())
                                .filter(known -> known.match(path).isPresent()))
                        .as(path)
                        .isNotEmpty());
    }
}
