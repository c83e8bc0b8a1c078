package io.gatehouse.api;

import java.util.Set;

/**
 * The groups of an account.
 *
 * @param groups names of groups, to be read as {@code groupNames} says
 * @param groupNames whose names of groups these are
 * @param sids security identifiers of user and groups, in their {@code S-1-…} text form
 */
public record Membership(Set<String> groups, Identity.GroupNames groupNames, Set<String> sids) {
    public Membership {
        groups = Set.copyOf(groups);
        sids = Set.copyOf(sids);
    }
}
