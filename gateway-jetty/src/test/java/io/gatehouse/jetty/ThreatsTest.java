package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code docs/security/threats.md} forgets no threat and, like the page of load tests, names only classes and tests
 * that exist.
 */
class ThreatsTest {
    private static final Path DOCS = ProtocolFactsTest.ROOT.resolve("docs");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ([0-9]+) \\| ([^|]+) \\| ([^|]+) \\|([^|]*)\\|([^|]*)\\|$");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]\\w+)`");

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(DOCS.resolve("security/threats.md")))
                .results()
                .toList();
    }

    @Test
    void everyThreatHasATestOrSaysThatItIsOpen() throws IOException {
        assertThat(rows())
                .extracting(row -> Integer.parseInt(row.group(1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 35).boxed().toList());
        assertThat(rows())
                .allSatisfy(row -> assertThat(
                                ProtocolFactsTest.TEST.matcher(row.group(4)).find()
                                        || !row.group(5).isBlank())
                        .as(row.group())
                        .isTrue());
    }

    @Test
    void everyDefenceIsAClassThatExists() throws IOException {
        Set<String> classes = classes();
        List<String> named = rows().stream()
                .flatMap(row -> CLASS.matcher(row.group(3)).results())
                .map(name -> name.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(classes).containsAll(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"security/threats.md", "load-tests.md"})
    void everyTestThatIsNamedExists(String page) throws IOException {
        List<MatchResult> named = ProtocolFactsTest.TEST
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(10);
        ProtocolFactsTest.assertExist(named);
    }

    @Test
    void everyFileOnAWalkExists() throws IOException {
        String page = Files.readString(ProtocolFactsTest.ROOT.resolve("ARCHITECTURE.md"));
        int begin = page.indexOf("\n## Walks\n");
        List<String> named = CLASS.matcher(page.substring(begin, page.indexOf("\n## Invariants\n")))
                .results()
                .map(name -> name.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(classes()).containsAll(named);
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> modules = Files.list(ProtocolFactsTest.ROOT)) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ThreatsTest::files)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
