package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.tsgu.RdgError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/error-codes.md has a row for each code that the gateway sends, and each row leads to a cause and a fix. */
class ErrorCodesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "error-codes.md");
    private static final Path AUDIT = Path.of("..", "docs", "audit.md");
    private static final Path SOURCES =
            Path.of("..", "gateway-jetty", "src", "main", "java", "io", "gatehouse", "jetty");
    private static final Pattern KEY = Pattern.compile("`\\[([a-z.-]+)] ([a-z-]+)`");
    private static final Pattern ACTION = Pattern.compile("`([a-z]+\\.[a-z-]+)`");
    /** How requests are refused on the path of the gateway. */
    private static final Pattern STATUS =
            Pattern.compile("(?s)(?:refuse|refuseAndClose|note|answer|unauthorized)\\([^;]{0,80}?\\b([45][0-9]{2})\\b");

    private static List<String> rows() throws IOException {
        return Files.readString(PAGE)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(RdgError.class)
    void everyCodeHasItsRowWithCauseAndFix(RdgError error) throws IOException {
        String code = "0x%08X".formatted(error.hresult());
        assertThat(rows().stream().filter(row -> row.startsWith("| `" + code + "` |")))
                .singleElement()
                .asString()
                .contains("`" + error.name() + "`", "](")
                .satisfies(row -> {
                    String[] cells = row.split(" \\| ", -1);
                    assertThat(cells).hasSize(7);
                    assertThat(cells[1]).isIn(String.valueOf(error.closeStatus()), "");
                    assertThat(cells[5]).isNotBlank();
                });
    }

    @Test
    void theWordsForAttemptsWithoutACodeAreExplained() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("`" + AuditEvent.CLOSED_BEFORE_CHANNEL + "`", "`" + AuditEvent.CONNECTION_REFUSED + "`");
    }

    @Test
    void everyStatusOfTheGatewaysPathIsThere() throws IOException {
        Set<String> sent = new TreeSet<>();
        for (String room : List.of("edge", "rdg", "transport")) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(room))) {
                for (Path file : files.toList()) {
                    for (Matcher status = STATUS.matcher(Files.readString(file)); status.find(); ) {
                        sent.add(status.group(1));
                    }
                }
            }
        }
        assertThat(sent).contains("400", "401", "403", "404", "405", "409", "429", "500", "503");
        String page = Files.readString(PAGE);
        String table = page.substring(page.indexOf("## HTTP status codes"), page.indexOf("## Windows App"));
        assertThat(sent).allSatisfy(status -> assertThat(table).containsPattern("(?m)^\\| `[^|]*" + status));
    }

    @Test
    void everyKeyThatARowNamesIsAKey() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Matcher key = KEY.matcher(Files.readString(PAGE)); key.find(); ) {
            named.add(key.group(1) + "." + key.group(2));
        }
        assertThat(named).hasSizeGreaterThan(10).isSubsetOf(DocumentedKeysTest.keys());
    }

    @Test
    void everyAuditActionThatARowNamesIsOne() throws IOException {
        Set<String> actions = new TreeSet<>();
        Files.readString(AUDIT)
                .lines()
                .dropWhile(line -> !line.startsWith("| `event.action`"))
                .takeWhile(line -> line.startsWith("|"))
                .forEach(line -> ACTION.matcher(line.split("\\|", 3)[1])
                        .results()
                        .forEach(found -> actions.add(found.group(1))));
        Set<String> named = new TreeSet<>();
        for (String row : rows()) {
            ACTION.matcher(row).results().forEach(found -> named.add(found.group(1)));
        }
        named.removeIf(name -> name.startsWith("event.") || name.startsWith("rdgw."));
        assertThat(named).hasSizeGreaterThan(5).isSubsetOf(actions);
    }

    @Test
    void everyCodeOfTheClientHasATextAndAFix() throws IOException {
        assertThat(rows().stream().filter(row -> row.startsWith("| `0x3000")))
                .hasSizeGreaterThan(25)
                .allSatisfy(row -> assertThat(row.split("\\|", -1)).hasSize(6).doesNotContain("  "));
    }
}
