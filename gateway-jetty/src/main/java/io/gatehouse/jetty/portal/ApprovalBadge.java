package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.policy.PolicyInForce;
import java.net.InetAddress;
import java.util.OptionalInt;

/** Says on every page how many connections wait for the approval of its user. Safe for use by many threads. */
final class ApprovalBadge {
    private final Approvals approvals;
    private final PolicyInForce policy;
    private final boolean askedByTickets;

    /**
     * A badge.
     *
     * @param askedByTickets whether there are device tickets, which need approvals whatever the rules say
     */
    ApprovalBadge(Approvals approvals, PolicyInForce policy, boolean askedByTickets) {
        this.approvals = approvals;
        this.policy = policy;
        this.askedByTickets = askedByTickets;
    }

    /**
     * The number for {@code user}, who looks at a page of the portal from {@code source}: this is known of the user
     * from then on. Empty when nothing asks for approvals, and no page is needed for them.
     */
    OptionalInt of(Identity user, InetAddress source) {
        if (!askedByTickets && !policy.get().asksForApprovals()) {
            return OptionalInt.empty();
        }
        approvals.isAtThePortal(user, source);
        return OptionalInt.of(approvals.countFor(user));
    }
}
