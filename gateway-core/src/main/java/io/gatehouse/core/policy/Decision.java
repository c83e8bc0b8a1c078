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
}
