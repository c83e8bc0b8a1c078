package io.gatehouse.jetty.grant;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.grant.AccessEntry;
import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

/** Writes the audit lines about requests and grants. Safe for use by many threads. */
final class GrantJournal {
    private static final String GATEWAY = "gateway";

    private final AuditLog audit;

    GrantJournal(AuditLog audit) {
        this.audit = audit;
    }

    /**
     * Something was done about a request or a grant.
     *
     * @param by who did it
     */
    void tell(AuditEvent.Origin origin, String by, AccessEntry about, Granting what, String detail) {
        audit.record(line(origin, by, about, what, detail));
    }

    /** Something happened by itself. */
    void tell(AccessEntry about, Granting what, String detail) {
        audit.record(byItself(about, what, detail));
    }

    void tell(AccessGranting line) {
        audit.record(line);
    }

    /** The line about something that happened by itself, to be written later. */
    static AccessGranting byItself(AccessEntry about, Granting what, String detail) {
        return line(command(), GATEWAY, about, what, detail);
    }

    private static AccessGranting line(
            AuditEvent.Origin origin, String by, AccessEntry about, Granting what, String detail) {
        return new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail);
    }

    /** Where commands and the gateway itself are. */
    static AuditEvent.Origin command() {
        return new AuditEvent.Origin(
                UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
    }

    /** What a restart forgets unless a later round can write it. */
    static String notKept(String keepError) {
        return keepError.isEmpty() ? "" : " (not kept: " + keepError + ")";
    }
}
