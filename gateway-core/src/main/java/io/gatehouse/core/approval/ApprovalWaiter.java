package io.gatehouse.core.approval;

/** A connection that waits for an approval. */
@FunctionalInterface
public interface ApprovalWaiter {
    /**
     * The question was answered. Called once at most, by any thread that holds no lock; may come after the ticket was
     * closed.
     *
     * @param given whether the connection may go on
     * @param why why not, for the audit log
     */
    void answered(boolean given, String why);
}
