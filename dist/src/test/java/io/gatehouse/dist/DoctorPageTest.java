package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/doctor.md has every finding that any module can report, with its severity, and no other. */
class DoctorPageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern IN_CODE =
            Pattern.compile("Finding\\s*\\.(fault|warning|note)\\(\\s*\"([a-z0-9.-]+)\"");
    private static final Pattern ON_PAGE = Pattern.compile(
            "^\\| `([a-z0-9-]+\\.[a-z0-9-]+)` \\| (fault|warning|note) \\| \\S.*\\|$", Pattern.MULTILINE);

    @Test
    void pageHasEveryFindingOfTheCode() throws IOException {
        Map<String, String> inCode = new TreeMap<>();
        for (Path file : sources()) {
            IN_CODE.matcher(Files.readString(file))
                    .results()
                    .forEach(found -> inCode.merge(
                            found.group(2),
                            found.group(1),
                            (one, other) -> one.equals(other) ? one : one + " and " + other));
        }
        List<MatchResult> rows = ON_PAGE.matcher(Files.readString(ROOT.resolve("docs/doctor.md")))
                .results()
                .toList();
        Map<String, String> onPage = rows.stream()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (one, _) -> one, TreeMap::new));
        assertThat(inCode).hasSizeGreaterThan(50);
        assertThat(onPage).isEqualTo(inCode);
        assertThat(rows).as("each finding has one row").hasSameSizeAs(onPage.entrySet());
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(DoctorPageTest::javaFiles)
                    .toList();
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
