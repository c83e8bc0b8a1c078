package io.gatehouse.ldap;

import java.util.Set;

/**
 * The groups of a user.
 *
 * @param names of the groups
 * @param sids of the groups and the user
 */
record Membership(Set<String> names, Set<String> sids) {
    Membership {
        names = Set.copyOf(names);
        sids = Set.copyOf(sids);
    }
}
