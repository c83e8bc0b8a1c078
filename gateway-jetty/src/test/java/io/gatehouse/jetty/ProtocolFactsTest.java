package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/protocol-facts.md} forgets nothing and names only tests that exist. */
class ProtocolFactsTest {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/protocol-facts.md");
    static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern NUMBERED = Pattern.compile("(?m)^\\| ([0-9]+) \\|.*$");

    private static String section(String name) throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("\n## " + name + "\n");
        assertThat(begin).as(name).isPositive();
        int end = page.indexOf("\n## ", begin + 1);
        return page.substring(begin, end < 0 ? page.length() : end);
    }

    private static void assertComplete(String section, int last) throws IOException {
        List<MatchResult> rows = NUMBERED.matcher(section(section)).results().toList();
        assertThat(rows)
                .extracting(row -> Integer.parseInt(row.group(1)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, last).boxed().toList());
        assertThat(rows)
                .allSatisfy(row -> assertThat(TEST.matcher(row.group()).find())
                        .as(row.group())
                        .isTrue());
    }

    @Test
    void everyFactAndEveryTrapHasATest() throws IOException {
        assertComplete("Facts", 15);
        assertComplete("Traps", 44);
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        List<MatchResult> named = TEST.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(60);
        assertExist(named);
    }

    /** Every match of {@link #TEST} is a test of the project. */
    static void assertExist(List<MatchResult> named) throws IOException {
        Map<String, String> sources = sources();
        assertThat(named).allSatisfy(test -> {
            assertThat(sources).containsKey(test.group(1));
            assertThat(sources.get(test.group(1)))
                    .containsPattern(
                            "@(Test|ParameterizedTest|FuzzTest)\\b(?:(?!void )[\\s\\S])*void " + test.group(2) + "\\(");
        });
    }

    /** The text of every test class of the project by its simple name. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith("Test.java"))
                            .toList()) {
                        String name = String.valueOf(file.getFileName());
                        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
