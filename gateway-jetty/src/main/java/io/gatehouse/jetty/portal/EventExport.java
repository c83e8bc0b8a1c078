package io.gatehouse.jetty.portal;

import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jetty.activity.RecentEvents;
import java.util.List;
import java.util.stream.Collectors;

/** Audit events as files. Those for spreadsheets hold text only: what looks like a formula has a quote before it. */
final class EventExport {
    private static final List<String> COLUMNS = List.of(
            "event.action",
            "event.outcome",
            "event.reason",
            "user.domain",
            "user.name",
            "source.ip",
            "rdgw.client_name",
            "destination.domain",
            "destination.ip",
            "destination.port",
            "rdgw.auth.method",
            "rdgw.auth.failure",
            "rdgw.error",
            "rdgw.policy.rule",
            "rdgw.closed_by",
            "event.duration",
            "source.bytes",
            "destination.bytes",
            "rdgw.admin.operation",
            "rdgw.admin.subject",
            "rdgw.transport",
            "rdgw.correlation_id");

    /** What spreadsheets take for the beginning of a formula, in the widths that they know. */
    private static final String FORMULA = "=+-@|%\uff1d\uff0b\uff0d\uff20";

    private EventExport() {}

    /** One line of JSON each, as in the audit file but for the chain. */
    static String json(List<RecentEvents.Entry> events) {
        return events.stream()
                .map(entry -> AuditJson.encode(entry.event()) + "\n")
                .collect(Collectors.joining());
    }

    /** Comma-separated values (RFC 4180). */
    static String csv(List<RecentEvents.Entry> events) {
        StringBuilder table = new StringBuilder("@timestamp,")
                .append(String.join(",", COLUMNS))
                .append("\r\n");
        events.forEach(entry -> row(table, entry.event()));
        return table.toString();
    }

    private static void row(StringBuilder table, AuditRecord event) {
        table.append(AuditJson.time(event.time()));
        for (String column : COLUMNS) {
            table.append(',').append(cell(event.text(column).orElse("")));
        }
        table.append("\r\n");
    }

    static String cell(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (PrintableText.isPrintable(character)) {
                printable.appendCodePoint(character);
            } else {
                printable.append(String.format("\\u%04x", character));
            }
        });
        boolean isFormula = printable
                .codePoints()
                .dropWhile(character -> Character.isSpaceChar(character))
                .limit(1)
                .anyMatch(character -> FORMULA.indexOf(character) >= 0);
        return "\"" + (isFormula ? "'" : "") + printable.toString().replace("\"", "\"\"") + "\"";
    }
}
