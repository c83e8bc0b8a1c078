package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.policy.PolicyInForce;
import java.util.OptionalInt;

/** Says on every page how many connections wait for the approval of its user. Safe for use by many threads. */
final class ApprovalBadge {
    private final Approvals approvals;
    private final PolicyInForce policy;

    ApprovalBadge(Approvals approvals, PolicyInForce policy) {
        this.approvals = approvals;
        this.policy = policy;
    }

    /** The number for {@code user}; empty when no rule asks for approvals, and no page is needed for them. */
    OptionalInt of(Identity user) {
        return policy.get().asksForApprovals()
                ? OptionalInt.of(approvals.questionsFor(user).size())
                : OptionalInt.empty();
    }
}
