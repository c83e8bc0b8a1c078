package io.gatehouse.core.approval;

import io.gatehouse.core.policy.ApprovalTerms.Shortfall;

/** What came of a reply. */
public sealed interface ApprovalVerdict {
    /** The connection may go on. */
    record Given(ApprovalQuestion question) implements ApprovalVerdict {}

    /** It may not, and the question is closed. */
    record Refused(ApprovalQuestion question, String why) implements ApprovalVerdict {}

    /** The user says that it is somebody else, by a sign-in too weak to refuse; approvers are told, and it goes on. */
    record Disowned(ApprovalQuestion question, String why) implements ApprovalVerdict {}

    /** More connections wait than the approver has seen; the question is as before. */
    record Joined(ApprovalQuestion question) implements ApprovalVerdict {}

    /** Whoever replied may not answer so; the question is as before. */
    record NotEntitled(ApprovalQuestion question, String why) implements ApprovalVerdict {}

    /** Whoever replied may answer after a better sign-in; the question is as before. */
    record SignInLacks(ApprovalQuestion question, Shortfall what) implements ApprovalVerdict {}

    /** An approval without a number takes a second step; the question is as before. */
    record ConfirmationLacks(ApprovalQuestion question) implements ApprovalVerdict {}

    /** There is no such question, or not any more: it was answered, its time is over, or its client went away. */
    record Gone() implements ApprovalVerdict {}
}
