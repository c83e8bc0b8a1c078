package io.gatehouse.core.policy;

import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the policy says about one name of a target. */
public sealed interface Access {

    /**
     * The target may be dialled.
     *
     * @param rule the rule that matched
     * @param target the normalised name and the port
     * @param addresses the addresses that were checked and may be dialled, in the resolver's order; never empty
     * @param reviewAfter when the rules must be asked again, since the hours of one begin or end
     */
    record Allow(Rule rule, Target target, List<InetAddress> addresses, Optional<Duration> reviewAfter)
            implements Access {
        public Allow {
            addresses = List.copyOf(addresses);
        }

        /** A target that may be dialled at any hour. */
        public Allow(Rule rule, Target target, List<InetAddress> addresses) {
            this(rule, target, addresses, Optional.empty());
        }

        /** The same for the one address that was dialled. */
        public Allow dialled(InetAddress address) {
            return new Allow(rule, target, List.of(address), reviewAfter);
        }
    }

    /**
     * It may not.
     *
     * @param reason for the audit log only
     * @param lookedUp whether the name was looked up first: it could be allowed with other addresses
     */
    record Deny(Denial reason, boolean lookedUp) implements Access {
        /** The answer for a name whatever its addresses are. */
        public Deny(Denial reason) {
            this(reason, false);
        }

        /** The reason in one line. */
        public String why() {
            return reason.text();
        }
    }

    /**
     * A rule allows the name, but it has no address.
     *
     * @param why for the audit log only
     */
    record Unresolved(String why) implements Access {}
}
