package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/audit.md names the actions and fields that events have, and no others. */
class AuditDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "audit.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
    private static final Pattern ACTION = Pattern.compile("\"event\\.action\":\"([^\"]+)\"");
    private static final Pattern KEY = Pattern.compile("[{,]\"([^\"]+)\":");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** The names in the first column of the table whose heading is {@code first}. */
    private static Set<String> documented(String first) throws Exception {
        String text = Files.readString(DOCUMENT);
        int start = text.indexOf("| " + first + " |");
        assertThat(start).isNotNegative();
        int end = text.indexOf("\n\n", start);
        String rows = text.substring(text.indexOf('\n', text.indexOf('\n', start) + 1), end);
        Set<String> names = new TreeSet<>();
        for (Matcher row = ROW.matcher(rows); row.find(); ) {
            for (Matcher name = NAME.matcher(row.group(1)); name.find(); ) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    /** What {@code pattern} finds in the lines of all events, and in those of the log about itself. */
    private static Set<String> written(Pattern pattern) {
        return AuditSamples.records().stream()
                .map(audited ->
                        AuditChain.EMPTY.link(AuditJson.encode(audited), true).text())
                .flatMap(line -> pattern.matcher(line).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thereIsASampleOfEveryEvent() {
        assertThat(AuditSamples.events().stream()
                        .map(Object::getClass)
                        .distinct()
                        .map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(AuditEvent.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toList());
    }

    @Test
    void thereIsAListOfAllActions() {
        assertThat(AuditSamples.events().stream()
                        .map(event -> AuditRecord.of(event, AuditSamples.TIME).action())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(AuditActions.ALL);
    }

    @Test
    void theActionsAreThoseOfEvents() throws Exception {
        assertThat(documented("`event.action`")).isEqualTo(written(ACTION));
    }

    @Test
    void theFieldsAreThoseOfEvents() throws Exception {
        assertThat(documented("Field")).isEqualTo(written(KEY));
    }
}
