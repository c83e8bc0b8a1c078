package io.gatehouse.core.audit;

/** Takes audit events; safe for use by many threads, never throws. */
@FunctionalInterface
public interface AuditLog {
    /** Keeps {@code event}. */
    void record(AuditEvent event);
}
