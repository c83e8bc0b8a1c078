package io.gatehouse.core.policy;

import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.util.List;

/** What the policy says about one name of a target. */
public sealed interface Access {

    /**
     * The target may be dialled.
     *
     * @param rule the rule that matched
     * @param target the normalised name and the port
     * @param addresses the addresses that were checked and may be dialled, in the resolver's order; never empty
     */
    record Allow(Rule rule, Target target, List<InetAddress> addresses) implements Access {
        public Allow {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * No rule allows it.
     *
     * @param why for the audit log only
     */
    record Deny(String why) implements Access {}

    /**
     * A rule allows the name, but it has no address.
     *
     * @param why for the audit log only
     */
    record Unresolved(String why) implements Access {}
}
