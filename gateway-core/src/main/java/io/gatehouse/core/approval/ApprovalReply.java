package io.gatehouse.core.approval;

/** What an approver says to a question. */
public sealed interface ApprovalReply {
    /** Yes, and the client shows this number. */
    record Shown(int number) implements ApprovalReply {}

    /**
     * Yes, and the client shows no number.
     *
     * @param confirmed whether the approver said so in a second step, knowing what it means
     */
    record NoNumber(boolean confirmed) implements ApprovalReply {}

    /** No. */
    record Refuse() implements ApprovalReply {}

    /** No, and it was not the user who tried to connect. */
    record NotMe() implements ApprovalReply {}
}
