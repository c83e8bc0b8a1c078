package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookEventTest {
    private static AuditRecord of(String action, String operation) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("event.action", action);
        if (!operation.isEmpty()) {
            fields.put("rdgw.admin.operation", operation);
        }
        return new AuditRecord(Instant.EPOCH, fields);
    }

    @ParameterizedTest
    @CsvSource({
        "session.start,   session.start,      '',            true",
        "session.start,   session.end,        '',            false",
        "session.end,     session.end,        '',            true",
        "session.end,     session.timeout,    '',            true",
        "session.end,     session.terminated, '',            true",
        "sign-in.refused, sign-in.refused,    '',            true",
        "block,           admin.call,         block-user,    true",
        "block,           admin.call,         unblock-user,  true",
        "block,           admin.call,         drain,         false",
        "block,           admin.refused,      block-user,    false",
        "drain,           admin.call,         drain,         true",
        "drain,           admin.call,         undrain,       true",
        "admin.call,      admin.call,         list-sessions, true",
    })
    void aKindIncludesWhatItSays(String name, String action, String operation, boolean included) {
        WebhookEvent event = ((Parsed.Valid<WebhookEvent>) WebhookEvent.parse(name)).value();
        assertThat(event.includes(of(action, operation))).isEqualTo(included);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "session", "session.*", "SESSION.START"})
    void otherWordsAreRefused(String name) {
        assertThat(WebhookEvent.parse(name)).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void thePageNamesAllOfThemAndNoOthers() throws Exception {
        String table = Files.readString(Path.of("../docs/webhooks.md"))
                .split("\n## Events\n", 2)[1]
                .split("\n## ", 2)[0];
        List<String> documented = table.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(row -> Pattern.compile("`([^`]+)`")
                        .matcher(row.split("\\|", 3)[1])
                        .results())
                .map(name -> name.group(1))
                .toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(WebhookEvent.names());
    }
}
