package io.gatehouse.api;

import java.util.Set;

/**
 * What a token opens to whoever brings it, at most: the policy is asked as well.
 *
 * @param token the token's id, for the audit log
 * @param targets {@code host:port}, hosts in the form that rules see
 */
public record Grant(String token, Set<String> targets) {
    public Grant {
        targets = Set.copyOf(targets);
    }
}
