package io.gatehouse.jetty.grant;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.grant.AccessEntry;

/** Writes the audit lines about requests and grants. Safe for use by many threads. */
final class GrantJournal {
    /** Who does what happens by itself. */
    static final String GATEWAY = "gateway";

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
        audit.record(new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail));
    }

    /** What a restart forgets unless a later round can write it. */
    static String notKept(String keepError) {
        return keepError.isEmpty() ? "" : " (not kept: " + keepError + ")";
    }
}
