package io.gatehouse.core.audit;

import static io.gatehouse.core.audit.AuditTexts.escaped;
import static io.gatehouse.core.audit.AuditTexts.printable;

import java.util.Map;

/**
 * Writes an event in the Common Event Format of ArcSight, version 0. {@code in} and {@code out} are seen from the
 * client.
 */
final class AuditCef {
    private static final int SUCCESS = 3;
    private static final int FAILURE = 6;

    /** The fields that the format has keys for, and those that custom strings carry, in the order of the line. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("event.action", "act"),
            Map.entry("event.outcome", "outcome"),
            Map.entry("event.reason", "reason"),
            Map.entry("user.name", "suser"),
            Map.entry("user.domain", "sntdom"),
            Map.entry("source.ip", "src"),
            Map.entry("rdgw.client_name", "shost"),
            Map.entry("destination.domain", "dhost"),
            Map.entry("destination.ip", "dst"),
            Map.entry("destination.port", "dpt"),
            Map.entry("source.bytes", "out"),
            Map.entry("destination.bytes", "in"),
            Map.entry("rdgw.transport", "app"),
            Map.entry("rdgw.correlation_id", "externalId"),
            Map.entry("rdgw.count", "cnt"),
            Map.entry("rdgw.auth.method", "cs1"),
            Map.entry("rdgw.policy.rule", "cs2"),
            Map.entry("rdgw.closed_by", "cs3"),
            Map.entry("rdgw.auth.failure", "cs4"),
            Map.entry("rdgw.error", "cs5"),
            Map.entry("rdgw.token.id", "cs6"),
            Map.entry("event.duration", "cn1"));

    private AuditCef() {}

    /**
     * The line of an event.
     *
     * @param version of the gateway
     */
    static String encode(AuditRecord audited, String version) {
        String failed = audited.text("event.outcome").orElse("");
        StringBuilder line = new StringBuilder("CEF:0|Gatehouse|Gatehouse|")
                .append(header(version))
                .append('|')
                .append(header(audited.text("event.code").orElseGet(audited::action)))
                .append('|')
                .append(header(audited.action()))
                .append('|')
                .append(failed.equals("failure") ? FAILURE : SUCCESS)
                .append("|rt=")
                .append(audited.time().toEpochMilli());
        audited.fields().forEach((name, value) -> {
            String key = KEYS.get(name);
            if (key != null) {
                line.append(' ').append(key).append('=').append(extension(AuditRecord.text(value)));
                if (key.matches("c[sn][1-6]")) {
                    line.append(' ').append(key).append("Label=").append(name);
                }
            }
        });
        return line.toString();
    }

    private static String header(String text) {
        return escaped(printable(text), "\\|");
    }

    private static String extension(String text) {
        return escaped(printable(text), "\\=");
    }
}
