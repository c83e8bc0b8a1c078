package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.AccountNames;
import java.util.Optional;

/** Decides what an answer is worth. */
final class Judgement {
    private final OpenQuestion open;
    private final ApprovalQuestion shown;
    private final Identity approver;

    private Judgement(OpenQuestion open, Identity approver) {
        this.open = open;
        this.shown = open.shown();
        this.approver = approver;
    }

    /** What {@code approver} says, signed in at the portal as it is, to a question that is open. */
    static ApprovalVerdict of(OpenQuestion open, Identity approver, ApprovalReply reply) {
        return new Judgement(open, approver).of(reply);
    }

    private ApprovalVerdict of(ApprovalReply reply) {
        boolean entitled = terms().isApprover(approver, open.user());
        String who = approver.displayName();
        if (reply instanceof ApprovalReply.NotMe
                && (entitled || AccountNames.key(approver).equals(open.subject().user()))) {
            return new ApprovalVerdict.Refused(shown, who + " says that it was somebody else");
        }
        if (!entitled) {
            return notEntitled(who + " is no approver of connections by rule \"" + shown.rule() + "\"");
        }
        return switch (reply) {
            case ApprovalReply.Refuse(), ApprovalReply.NotMe() ->
                new ApprovalVerdict.Refused(shown, who + " refused the approval");
            case ApprovalReply.NoNumber(boolean confirmed) -> withoutNumber(confirmed);
            case ApprovalReply.Shown(int number) -> withNumber(number);
        };
    }

    private ApprovalTerms terms() {
        return open.subject().terms();
    }

    private ApprovalVerdict notEntitled(String why) {
        return new ApprovalVerdict.NotEntitled(shown, why);
    }

    private Optional<ApprovalVerdict> lacking() {
        return terms().shortfall(approver).map(what -> new ApprovalVerdict.SignInLacks(shown, what));
    }

    private ApprovalVerdict withoutNumber(boolean confirmed) {
        if (terms().withoutNumber() == WithoutNumber.REFUSE) {
            return notEntitled("rule \"" + shown.rule() + "\" asks for the number (approval-without-number)");
        }
        return lacking()
                .orElseGet(() ->
                        confirmed ? new ApprovalVerdict.Given(shown) : new ApprovalVerdict.ConfirmationLacks(shown));
    }

    /** A number that nobody can have read is a guess, which would be right one time in three. */
    private ApprovalVerdict withNumber(int number) {
        if (!open.isNumberShown()) {
            return notEntitled("a number, which no client that waits says that it can show");
        }
        return lacking()
                .orElseGet(() -> number == open.number()
                        ? new ApprovalVerdict.Given(shown)
                        : new ApprovalVerdict.Refused(
                                shown, approver.displayName() + " chose a number that the client does not show"));
    }
}
