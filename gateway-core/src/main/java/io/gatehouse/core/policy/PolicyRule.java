package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.text.AccountNames;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A rule, ready to be applied: who may reach what. Users and groups are alternatives; with neither, the rule is for
 * everyone who signed in by one of the methods.
 *
 * @param rule name and timeouts
 * @param users who
 * @param groups names of groups and SIDs, folded as names of accounts are ({@link AccountNames#folded})
 * @param methods sign-in methods, lower case; empty for all
 * @param targets where to
 * @param ports which ports there
 * @param redirectionFlags bits of {@link io.gatehouse.core.tsgu.RedirectionFlag}
 */
public record PolicyRule(
        Rule rule,
        List<AccountMatcher> users,
        Set<String> groups,
        Set<String> methods,
        List<TargetPattern> targets,
        List<PortRange> ports,
        int redirectionFlags) {
    public PolicyRule {
        users = List.copyOf(users);
        groups = Set.copyOf(groups);
        methods = Set.copyOf(methods);
        targets = List.copyOf(targets);
        ports = List.copyOf(ports);
    }

    /** Whether the rule is for {@code identity}, wherever they want to go. */
    boolean isFor(Identity identity) {
        return (methods.isEmpty() || methods.contains(identity.method().toLowerCase(Locale.ROOT))) && names(identity);
    }

    private boolean names(Identity identity) {
        return (users.isEmpty() && groups.isEmpty())
                || users.stream().anyMatch(user -> user.matches(identity))
                || identity.groups().stream().anyMatch(group -> !isSid(group) && hasGroup(group))
                || identity.sids().stream().anyMatch(sid -> isSid(sid) && hasGroup(sid));
    }

    /** A group that somebody named like a SID must not pass for it. */
    private static boolean isSid(String name) {
        return name.regionMatches(true, 0, "S-1-", 0, 4);
    }

    private boolean hasGroup(String name) {
        return groups.contains(AccountNames.folded(name));
    }

    /** Whether the rule has {@code port}. */
    boolean hasPort(int port) {
        return ports.stream().anyMatch(range -> range.contains(port));
    }
}
