package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.text.AccountNames;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Accounts by their names and by their groups, of which either may match.
 *
 * @param users who
 * @param groups names of groups and SIDs, folded as names of accounts are ({@link AccountNames#folded})
 */
public record AccountSelection(List<AccountMatcher> users, Set<String> groups) {
    public AccountSelection {
        users = List.copyOf(users);
        groups = Set.copyOf(groups);
    }

    /** Whether nobody is named. */
    boolean isEmpty() {
        return users.isEmpty() && groups.isEmpty();
    }

    /** Whether {@code identity} is one of the users, or in one of the groups. */
    public boolean includes(Identity identity) {
        return users.stream().anyMatch(user -> user.matches(identity))
                || identity.groups().stream().anyMatch(group -> !isSid(group) && hasGroup(group))
                || identity.sids().stream().anyMatch(sid -> isSid(sid) && hasGroup(sid));
    }

    /** {@code identity} with those of its groups and SIDs only that are named here, to be kept for long. */
    public Identity condensed(Identity identity) {
        Set<String> named = identity.groups().stream()
                .filter(group -> !isSid(group) && hasGroup(group))
                .collect(Collectors.toSet());
        Set<String> sids = identity.sids().stream()
                .filter(sid -> isSid(sid) && hasGroup(sid))
                .collect(Collectors.toSet());
        return AccountNames.withoutGroups(identity).withGroupsAsInRules(named).withGroups(named, sids);
    }

    /** A group that somebody named like a SID must not pass for it. */
    private static boolean isSid(String name) {
        return name.regionMatches(true, 0, "S-1-", 0, 4);
    }

    private boolean hasGroup(String name) {
        return groups.contains(AccountNames.folded(name));
    }
}
