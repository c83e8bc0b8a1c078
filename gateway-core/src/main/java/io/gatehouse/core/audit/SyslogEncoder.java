package io.gatehouse.core.audit;

import static io.gatehouse.core.audit.AuditTexts.escaped;
import static io.gatehouse.core.audit.AuditTexts.printable;

import java.util.Locale;

/**
 * Writes an event as a syslog message (RFC 5424): facility "log audit", {@code MSGID} is the action.
 *
 * @param host the name of the gateway
 * @param process its process id
 * @param version its version
 * @param content what the message carries
 */
public record SyslogEncoder(String host, long process, String version, Content content) {
    private static final int FACILITY_LOG_AUDIT = 13;
    private static final int WARNING = 4;
    private static final int INFORMATIONAL = 6;
    private static final int LONGEST_HOST = 255;
    private static final int LONGEST_NAME = 32;
    /** The number that RFC 5612 reserves for documentation: the project has none of its own. */
    private static final String STRUCTURED_DATA = "rdgw@32473";

    /** What a message carries. */
    public enum Content {
        /** Structured data with all fields, and the action and reason as text. */
        STRUCTURED,
        /** The line of the audit file, without its place in the chain. */
        JSON,
        /** The Common Event Format. */
        CEF
    }

    /** The message of {@code audited}, without framing. */
    public String encode(AuditRecord audited) {
        boolean failed = audited.text("event.outcome").orElse("").equals("failure");
        String head = "<%d>1 %s %s gatehouse %d %s "
                .formatted(
                        FACILITY_LOG_AUDIT * 8 + (failed ? WARNING : INFORMATIONAL),
                        AuditJson.time(audited.time()),
                        name(host, LONGEST_HOST),
                        process,
                        name(audited.action(), LONGEST_NAME));
        return head
                + switch (content) {
                    case STRUCTURED -> structured(audited) + " " + text(audited);
                    case JSON -> "- " + AuditJson.encode(audited);
                    case CEF -> "- " + AuditCef.encode(audited, version);
                };
    }

    private static String structured(AuditRecord audited) {
        StringBuilder data = new StringBuilder("[").append(STRUCTURED_DATA);
        audited.fields()
                .forEach((name, value) -> data.append(' ')
                        .append(name(name, LONGEST_NAME))
                        .append("=\"")
                        .append(escaped(printable(AuditRecord.text(value)), "\"\\]"))
                        .append('"'));
        return data.append(']').toString();
    }

    private static String text(AuditRecord audited) {
        return printable(audited.action()
                + audited.text("event.reason").map(reason -> ": " + reason).orElse(""));
    }

    /** Printable US-ASCII without space and what delimits structured data; {@code -} for nothing. */
    private static String name(String text, int longest) {
        String ascii = text.replaceAll("[^!#-<>-\\\\^-~]", "_").toLowerCase(Locale.ROOT);
        return ascii.isEmpty() ? "-" : ascii.substring(0, Math.min(longest, ascii.length()));
    }
}
