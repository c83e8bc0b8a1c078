package io.gatehouse.core.audit;

import java.util.Optional;

/** Says whether users may be served, as far as the audit log is concerned. Safe for use by many threads; quick. */
@FunctionalInterface
public interface AuditGuard {
    /** Why nobody may be served now, for the log; empty when they may. */
    Optional<String> refusal();
}
