package io.gatehouse.core.audit;

import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A kind of event that a webhook can be told of: an {@code event.action} of the audit log, or a word for several of
 * them.
 *
 * @param name as the configuration has it
 */
public record WebhookEvent(String name) {
    private static final String ADMIN_CALL = "admin.call";
    private static final String OPERATION = "rdgw.admin.operation";

    /** However a session ended, it is an end. */
    private static final Map<String, Set<String>> SEVERAL =
            Map.of("session.end", Set.of("session.end", "session.timeout", "session.terminated"));

    /** Requests to the admin API that succeeded, by their operation. */
    private static final Map<String, Set<String>> OPERATIONS = Map.of(
            "block", Set.of("block-user", "unblock-user"),
            "drain", Set.of("drain", "undrain"));

    private static final List<String> NAMES = Stream.concat(
                    AuditActions.ALL.stream().filter(WebhookEvent::isAlone),
                    OPERATIONS.keySet().stream().sorted())
            .toList();

    /** Whether no word for several means it, too. */
    private static boolean isAlone(String action) {
        return SEVERAL.containsKey(action) || SEVERAL.values().stream().noneMatch(actions -> actions.contains(action));
    }

    /** Reads one of the names. */
    public static Parsed<WebhookEvent> parse(String text) {
        return NAMES.contains(text)
                ? Parsed.valid(new WebhookEvent(text))
                : Parsed.faulty("\"" + text + "\" (expected one of " + String.join(", ", NAMES) + ")");
    }

    /** All names. */
    public static List<String> names() {
        return NAMES;
    }

    /** Whether {@code audited} is one of this kind. */
    public boolean includes(AuditRecord audited) {
        Set<String> operations = OPERATIONS.getOrDefault(name, Set.of());
        if (!operations.isEmpty()) {
            return audited.action().equals(ADMIN_CALL)
                    && audited.text(OPERATION).filter(operations::contains).isPresent();
        }
        return SEVERAL.getOrDefault(name, Set.of(name)).contains(audited.action());
    }

    @Override
    public String toString() {
        return name;
    }
}
