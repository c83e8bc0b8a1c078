package io.gatehouse.core.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An event as every encoder writes it: fields under the names of the Elastic Common Schema. Immutable.
 *
 * @param time when it happened
 * @param fields texts ({@link String}), numbers ({@link Long}) and lists of texts, in the order in which they are
 *     written; texts are cut to a length, and not escaped
 */
public record AuditRecord(Instant time, SequencedMap<String, Object> fields) {
    public AuditRecord {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /** What {@code event} says, which happened at {@code time}. */
    public static AuditRecord of(AuditEvent event, Instant time) {
        return new AuditRecord(time, AuditFields.of(event));
    }

    /** What the audit log says about itself. */
    public static AuditRecord ofTheLog(Instant time, String action, String reason, SequencedMap<String, Object> more) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("event.action", action);
        fields.put("event.category", "configuration");
        fields.put("event.outcome", action.equals("audit.lost") ? "failure" : "success");
        fields.put("event.reason", reason);
        fields.putAll(more);
        return new AuditRecord(time, fields);
    }

    /** The same with one more field, or another value of one. */
    public AuditRecord with(String name, Object value) {
        SequencedMap<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new AuditRecord(time, more);
    }

    /** What happened, for example {@code session.start}. */
    public String action() {
        return text("event.action").orElse("");
    }

    /** A field as text; a list with commas between its texts. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(fields.get(name)).map(AuditRecord::text);
    }

    static String text(Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }
}
