package io.gatehouse.core.policy;

import java.util.List;

/**
 * An answer of the policy, and how it came about.
 *
 * @param access the answer
 * @param passedOver the rules before the one that decided, in order, and why each did not; all of them when none did
 */
public record Decision(Access access, List<PassedOver> passedOver) {
    public Decision {
        passedOver = List.copyOf(passedOver);
    }

    /** What can be said for sure to somebody who asks about the rules, and need not know everything. */
    public enum Verdict {
        ALLOWED,
        DENIED,
        /** On something that is not known: the {@link #open open} rules, or the addresses of the target. */
        DEPENDS
    }

    /** Whether the answer is the same whatever is not known. */
    public Verdict verdict() {
        if (!open().isEmpty()) {
            return Verdict.DEPENDS;
        }
        return switch (access) {
            case Access.Allow _ -> Verdict.ALLOWED;
            case Access.Unresolved _ -> Verdict.DEPENDS;
            case Access.Deny deny -> deny.reason() instanceof Denial.Undecided ? Verdict.DEPENDS : Verdict.DENIED;
        };
    }

    /** The rules that were passed over and may decide otherwise: it is not known whether they apply. */
    public List<PassedOver> open() {
        RuleAction otherwise = access instanceof Access.Deny ? RuleAction.ALLOW : RuleAction.DENY;
        return passedOver.stream()
                .filter(rule -> rule.action() == otherwise && rule.why().isOpen())
                .toList();
    }
}
