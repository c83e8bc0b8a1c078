package io.gatehouse.core.approval;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.WithoutNumber;
import java.util.Optional;

/** Decides what an answer is worth. */
final class Judgement {
    private final OpenQuestion open;
    private final ApprovalQuestion shown;
    private final Identity approver;
    private final int seen;
    private final boolean entitled;

    private Judgement(OpenQuestion open, Identity approver, int seen, Domains domains) {
        this.open = open;
        this.shown = open.shown();
        this.approver = approver;
        this.seen = seen;
        this.entitled = terms().isApprover(approver, open.user(), domains);
    }

    /** What {@code approver} says, signed in at the portal as it is, to a question that is open. */
    static ApprovalVerdict of(OpenQuestion open, Identity approver, ApprovalReply reply, int seen, Domains domains) {
        return new Judgement(open, approver, seen, domains).of(reply);
    }

    private ApprovalVerdict of(ApprovalReply reply) {
        String who = approver.displayName();
        if (reply instanceof ApprovalReply.NotMe) {
            return notMe();
        }
        if (!entitled) {
            boolean own =
                    terms().approvers().filter(all -> all.includes(approver)).isPresent();
            return notEntitled(
                    own
                            ? who + " can be the person who connects, and somebody else has to approve"
                            : who + " is no approver of connections by rule \"" + shown.rule() + "\"");
        }
        return switch (reply) {
            case ApprovalReply.Refuse(), ApprovalReply.NotMe() ->
                lacking().orElseGet(() -> new ApprovalVerdict.Refused(shown, who + " refused the approval"));
            case ApprovalReply.NoNumber(boolean confirmed) -> withoutNumber(confirmed);
            case ApprovalReply.Shown(int number) -> withNumber(number);
        };
    }

    /**
     * Only the account itself knows. A sign-in that is too weak to approve is too weak to refuse: a thief of the
     * password would keep the user out. Such a word is reported, and approvers see it.
     */
    private ApprovalVerdict notMe() {
        String who = approver.displayName();
        if (!terms().isOwn(approver, open.user())) {
            return notEntitled("only the account itself says so (" + who + " is another one)");
        }
        return lacking().isPresent()
                ? new ApprovalVerdict.Disowned(
                        shown, who + " says that it was somebody else, by a sign-in that refuses nothing")
                : new ApprovalVerdict.Refused(shown, who + " says that it was somebody else");
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
        return lacking().orElseGet(() -> confirmed ? given() : new ApprovalVerdict.ConfirmationLacks(shown));
    }

    /** An approval is for connections that its approver has seen. */
    private ApprovalVerdict given() {
        return seen < open.joins() ? new ApprovalVerdict.Joined(shown) : new ApprovalVerdict.Given(shown);
    }

    /** A number that nobody can have read is a guess, which would be right one time in three. */
    private ApprovalVerdict withNumber(int number) {
        if (!open.isNumberShown()) {
            return notEntitled("a number, which no client that waits says that it can show");
        }
        return lacking()
                .orElseGet(() -> number == open.number()
                        ? given()
                        : new ApprovalVerdict.Refused(
                                shown, approver.displayName() + " chose a number that the client does not show"));
    }
}
