package io.gatehouse.core.approval;

/** A connection that waits for an approval. */
@FunctionalInterface
public interface ApprovalWaiter {
    /**
     * The question was answered, or is void. Called once at most, by any thread that holds no lock; may come after
     * the ticket was closed.
     *
     * @param given whether the connection may go on to where the rules are asked again
     * @param why why not, for the audit log; or why it goes on though nobody has answered
     */
    void answered(boolean given, String why);
}
