package io.gatehouse.api;

import java.util.Optional;
import java.util.Set;

/**
 * What a token opens to whoever brings it, at most: the policy is asked as well.
 *
 * @param token the token's id, for the audit log
 * @param targets {@code host:port}, hosts in the form that rules see
 * @param desktop the name of the portal's desktop that it was made for, if it was
 */
public record Grant(String token, Set<String> targets, Optional<String> desktop) {
    public Grant {
        targets = Set.copyOf(targets);
    }
}
