package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds groups that name their members: {@code member}, {@code uniqueMember} and {@code memberUid}; and the primary
 * group, whose number the user has. Either all of them are found, or it fails. Safe for use by many threads.
 */
final class MemberGroups {
    private static final int MOST_LEVELS = 16;
    private static final String COMMON_NAME = "cn";
    private static final Filter POSIX_GROUP = Filter.createEqualityFilter("objectClass", "posixGroup");

    /** RFC 4517 section 4.2.12. RFC 2307 compares {@code memberUid} by case, though it compares {@code uid} without. */
    private static final String CASELESS = "caseIgnoreIA5Match";

    private final LdapConfig config;
    private final LdapConnections connections;
    private volatile boolean comparesWithoutCase;

    MemberGroups(LdapConfig config, LdapConnections connections) {
        this.config = config;
        this.connections = connections;
    }

    /** RFC 2307: the groups whose {@code memberUid} is the user's name, and the primary group. */
    Set<String> byName(SearchResultEntry user, String name) throws LDAPException {
        if (!user.hasAttribute(UserSchema.GROUP_NUMBER)) {
            throw new LDAPException(ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read gidNumber of users?");
        }
        requireComparisonWithoutCase();
        Filter caseless = Filter.createANDFilter(
                POSIX_GROUP, Filter.createExtensibleMatchFilter("memberUid", CASELESS, false, name));
        return names(search(primary(user), Filter.createEqualityFilter("memberUid", name), caseless));
    }

    /** The groups whose member the user is, those groups' groups, and the primary group of a user who has one. */
    Set<String> byMember(SearchResultEntry user) throws LDAPException {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        List<SearchResultEntry> groups = new ArrayList<>(groupsOf(List.of(user.getDN())));
        if (user.hasAttribute(UserSchema.GROUP_NUMBER)) {
            groups.addAll(search(primary(user)));
        }
        for (int level = 0; level < MOST_LEVELS; level++) {
            List<String> unseen = groups.stream()
                    .map(SearchResultEntry::getDN)
                    .filter(seen::add)
                    .toList();
            Groups.requireCountable(seen.size());
            found.addAll(names(groups));
            if (unseen.isEmpty() || !config.nestedGroups()) {
                return found;
            }
            groups = groupsOf(unseen);
        }
        throw new LDAPException(
                ResultCode.SIZE_LIMIT_EXCEEDED, "groups are nested deeper than " + MOST_LEVELS + " levels");
    }

    private static Filter primary(SearchResultEntry user) {
        List<Filter> numbers = Arrays.stream(user.getAttributeValues(UserSchema.GROUP_NUMBER))
                .map(number -> Filter.createEqualityFilter("gidNumber", number))
                .toList();
        return Filter.createANDFilter(POSIX_GROUP, Filter.createORFilter(numbers));
    }

    private List<SearchResultEntry> groupsOf(List<String> members) throws LDAPException {
        List<SearchResultEntry> groups = new ArrayList<>();
        for (int from = 0; from < members.size(); from += Groups.AT_ONCE) {
            List<Filter> filters = new ArrayList<>();
            for (String dn : members.subList(from, Math.min(members.size(), from + Groups.AT_ONCE))) {
                filters.add(Filter.createEqualityFilter("member", dn));
                filters.add(Filter.createEqualityFilter("uniqueMember", dn));
            }
            groups.addAll(search(filters.toArray(Filter[]::new)));
        }
        return groups;
    }

    private List<SearchResultEntry> search(Filter... any) throws LDAPException {
        return Searches.whole(connections.searches(), request(Filter.createORFilter(any), Groups.MOST, COMMON_NAME));
    }

    private SearchRequest request(Filter filter, int most, String attribute) {
        return Searches.limited(
                config.groupBase().orElse(config.base()), SearchScope.SUB, filter, most, connections, attribute);
    }

    /** Every name of a group counts: a rule may name it by any of them. */
    private static Set<String> names(List<SearchResultEntry> groups) throws LDAPException {
        Set<String> names = new HashSet<>();
        for (SearchResultEntry group : groups) {
            String[] own = group.getAttributeValues(COMMON_NAME);
            if (own == null || own.length == 0) {
                throw new LDAPException(
                        ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read cn of the group " + group.getDN() + "?");
            }
            names.addAll(List.of(own));
        }
        names.removeIf(String::isBlank);
        return names;
    }

    /**
     * RFC 4511 section 4.5.1.7.7: a server that does not know the rule takes the condition for undefined, and tells of
     * no group. So it is asked for any group that meets the condition or does not, which is every group where the rule
     * is known.
     */
    private void requireComparisonWithoutCase() throws LDAPException {
        if (comparesWithoutCase) {
            return;
        }
        Filter condition = Filter.createExtensibleMatchFilter("memberUid", CASELESS, false, "x");
        Filter either = Filter.createORFilter(condition, Filter.createNOTFilter(condition));
        if (exists(Filter.createANDFilter(POSIX_GROUP, either))) {
            comparesWithoutCase = true;
        } else if (exists(POSIX_GROUP)) {
            throw new LDAPException(
                    ResultCode.INAPPROPRIATE_MATCHING,
                    "the server cannot compare memberUid without case (expected the matching rule " + CASELESS + ")");
        }
    }

    private boolean exists(Filter filter) throws LDAPException {
        return !Searches.some(connections.searches(), request(filter, 1, SearchRequest.NO_ATTRIBUTES))
                .isEmpty();
    }
}
