package io.gatehouse.core.text;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How names of accounts and groups are compared. A domain goes by the name that the configuration gives it, and case is
 * ignored, so that a rule, an audit line and a count of sessions mean the same account whatever the sign-in method
 * called it. A group belongs to the domain of its user unless a back end knows better, so that nobody else's "staff"
 * passes for ours.
 */
public final class AccountNames {
    private static final int MOST_GROUPS = 6;
    private static final int LONGEST_GROUP = 24;

    private AccountNames() {}

    /**
     * {@code identity} with its domain under the configuration's name and its groups under the names that rules have
     * for them; the user part as the validator spells it. Every identity comes through here, whoever validated it,
     * before a rule sees it.
     */
    public static Identity canonical(Identity identity, Domains domains) {
        Optional<String> domain = identity.domain().map(domains::canonical);
        Set<String> groups = identity.groups().stream()
                .map(name -> switch (identity.groupNames()) {
                    case OF_THE_DOMAIN -> domains.groupName(domain, name);
                    case AS_IN_RULES -> domains.groupName(name);
                })
                .collect(Collectors.toSet());
        Identity named = identity.withDomain(domain);
        return groups.equals(identity.groups()) ? named : named.withGroupsAsInRules(groups);
    }

    /** The names of {@code identity} alone, to be kept for long: groups and claims can be many. */
    public static Identity withoutGroups(Identity identity) {
        return new Identity(
                identity.provider(),
                identity.method(),
                identity.user(),
                identity.domain(),
                identity.upn(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    /**
     * Text that is equal for the same account, and differs between {@code DOMAIN\alice} and {@code alice} without
     * domain.
     */
    public static String key(Identity identity) {
        return folded(identity.domain().orElse("")) + "\\" + folded(identity.user());
    }

    /**
     * Who it is and which groups rules can match, for the audit log: {@code CORP\\alice (groups: rdp users, staff and
     * 12 more)}. Names and their number are bounded.
     */
    public static String withGroups(Identity identity) {
        List<String> names = identity.groups().stream().sorted().toList();
        if (names.isEmpty()) {
            int sids = identity.sids().size();
            return identity.displayName() + (sids == 0 ? " (no groups)" : " (no group names, " + sids + " SIDs)");
        }
        String shown = names.stream()
                .limit(MOST_GROUPS)
                .map(name -> name.codePointCount(0, name.length()) <= LONGEST_GROUP
                        ? name
                        : name.substring(0, name.offsetByCodePoints(0, LONGEST_GROUP)) + "…")
                .collect(Collectors.joining(", "));
        int more = names.size() - MOST_GROUPS;
        return identity.displayName() + " (groups: " + shown + (more > 0 ? " and " + more + " more)" : ")");
    }

    /** Composed Unicode in lower case, independent of the machine's language. */
    public static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
