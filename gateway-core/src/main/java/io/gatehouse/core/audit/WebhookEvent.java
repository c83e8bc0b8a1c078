package io.gatehouse.core.audit;

import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private static final List<String> NAMES = List.of(
            "session.start",
            "session.end",
            "session.renewed",
            "session.rule-changed",
            "sign-in.accepted",
            "sign-in.refused",
            "second-factor.asked",
            "second-factor.code-accepted",
            "second-factor.recovery-code-used",
            "second-factor.enrolled",
            "second-factor.removed",
            "second-factor.recovery-codes-renewed",
            "approval.asked",
            "approval.given",
            "approval.refused",
            "approval.not-me",
            "approval.denied",
            "approval.closed",
            "approval.exempt",
            "sign-out",
            "token.issued",
            "device-ticket.made",
            "device-ticket.refused",
            "device-ticket.revoked",
            "device-ticket.expired",
            "grant.asked",
            "grant.approved",
            "grant.denied",
            "grant.withdrawn",
            "grant.refused",
            "grant.revoked",
            "grant.expired",
            "grant.used",
            "wake.begun",
            "wake.answered",
            "wake.unanswered",
            "connection.denied",
            "resource.denied",
            "resource.unreachable",
            "limit.connections",
            "tunnel.failed",
            "kdc-proxy.refused",
            "refusals.repeated",
            "block",
            "drain",
            ADMIN_CALL,
            "admin.refused",
            "configuration.reloaded",
            "configuration.refused");

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
