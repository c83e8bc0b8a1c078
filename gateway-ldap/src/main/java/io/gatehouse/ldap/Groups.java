package io.gatehouse.ldap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the groups of users, and the names of groups. Either all of a user's groups are found, or it fails: a rule that does not match
 * for want of a group may be the one that restricts. Safe for use by many threads.
 */
final class Groups {
    private static final int MOST_GROUPS = 2_000;
    private static final int MOST_LEVELS = 16;
    /** Conditions in one filter: servers refuse endless ones. */
    private static final int AT_ONCE = 50;

    private static final int MOST_NAMES = 20_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    /** For those that no object had: it may be about to arrive from another controller. */
    private static final Duration REMEMBERED_NAMELESS = Duration.ofMinutes(1);

    private static final String SAM_ACCOUNT_NAME = "sAMAccountName";
    private static final String COMMON_NAME = "cn";

    private final LdapConfig config;
    private final LdapConnections connections;
    private final Cache<String, Optional<String>> names = Caffeine.newBuilder()
            .maximumSize(MOST_NAMES)
            .expireAfter(Expiry.<String, Optional<String>>creating(
                    (_, name) -> name.isPresent() ? REMEMBERED : REMEMBERED_NAMELESS))
            .build();

    private Groups(LdapConfig config, LdapConnections connections) {
        this.config = config;
        this.connections = connections;
    }

    static Groups of(LdapConfig config, LdapConnections connections) {
        return new Groups(config, connections);
    }

    /**
     * The groups of a user.
     *
     * @param user with {@code objectSid}
     * @param name the account name
     */
    Membership of(SearchResultEntry user, String name) throws LDAPException {
        return switch (config.schema()) {
            case ACTIVE_DIRECTORY -> bySid(user);
            case GROUP_OF_NAMES -> new Membership(byMember(user.getDN()), Set.of());
            case POSIX ->
                new Membership(names(groups(List.of(Filter.createEqualityFilter("memberUid", name)))), Set.of());
        };
    }

    /** {@code tokenGroups} is what the controller itself computes at a sign-in: groups in groups, too. */
    private Membership bySid(SearchResultEntry user) throws LDAPException {
        Set<String> sids = new LinkedHashSet<>();
        byte[] own = user.getAttributeValueBytes("objectSid");
        Optional.ofNullable(own).flatMap(Sid::text).ifPresent(sids::add);
        String attribute = config.nestedGroups() ? "tokenGroups" : "memberOf";
        SearchResultEntry entry = connections.searches().getEntry(user.getDN(), attribute);
        if (entry == null) {
            throw new LDAPException(ResultCode.NO_SUCH_OBJECT, "the user is gone");
        }
        if (!config.nestedGroups()) {
            return direct(entry, sids);
        }
        byte[][] groups = entry.getAttributeValueByteArrays(attribute);
        if (groups == null) {
            // Everybody is in some group, and a rule that does not match for want of it may be the one that restricts.
            throw new LDAPException(ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read tokenGroups of users?");
        }
        Set<String> groupSids = new LinkedHashSet<>();
        requireCountable(groups.length);
        for (byte[] sid : groups) {
            Sid.text(sid).ifPresent(groupSids::add);
        }
        sids.addAll(groupSids);
        return new Membership(Set.copyOf(namesOf(groupSids).values()), sids);
    }

    private Membership direct(SearchResultEntry entry, Set<String> sids) throws LDAPException {
        Set<String> groupNames = new HashSet<>();
        String[] dns = entry.getAttributeValues("memberOf");
        if (dns != null) {
            requireCountable(dns.length);
            for (String dn : dns) {
                SearchResultEntry group = connections.searches().getEntry(dn, SAM_ACCOUNT_NAME, "objectSid");
                if (group == null) {
                    throw new LDAPException(ResultCode.NO_SUCH_OBJECT, "may the bind-dn read the group " + dn + "?");
                }
                Optional.ofNullable(group.getAttributeValue(SAM_ACCOUNT_NAME)).ifPresent(groupNames::add);
                Optional.ofNullable(group.getAttributeValueBytes("objectSid"))
                        .flatMap(Sid::text)
                        .ifPresent(sids::add);
            }
        }
        return new Membership(groupNames, sids);
    }

    private static void requireCountable(int groups) throws LDAPException {
        if (groups > MOST_GROUPS) {
            throw new LDAPException(
                    ResultCode.SIZE_LIMIT_EXCEEDED, "the user is in more than " + MOST_GROUPS + " groups");
        }
    }

    private Set<String> byMember(String userDn) throws LDAPException {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        List<String> members = List.of(userDn);
        for (int level = 0; level < MOST_LEVELS && !members.isEmpty(); level++) {
            List<String> next = new ArrayList<>();
            for (int from = 0; from < members.size(); from += AT_ONCE) {
                List<Filter> filters = new ArrayList<>();
                for (String dn : members.subList(from, Math.min(members.size(), from + AT_ONCE))) {
                    filters.add(Filter.createEqualityFilter("member", dn));
                    filters.add(Filter.createEqualityFilter("uniqueMember", dn));
                }
                for (SearchResultEntry group : groups(filters)) {
                    if (seen.add(group.getDN())) {
                        requireCountable(seen.size());
                        next.add(group.getDN());
                        found.addAll(names(List.of(group)));
                    }
                }
            }
            members = config.nestedGroups() ? next : List.of();
        }
        if (!members.isEmpty()) {
            throw new LDAPException(
                    ResultCode.SIZE_LIMIT_EXCEEDED, "groups are nested deeper than " + MOST_LEVELS + " levels");
        }
        return found;
    }

    private List<SearchResultEntry> groups(List<Filter> filters) throws LDAPException {
        return search(
                config.groupBase().orElse(config.base()), Filter.createORFilter(filters), MOST_GROUPS, COMMON_NAME);
    }

    private static Set<String> names(List<SearchResultEntry> groups) {
        Set<String> names = new HashSet<>();
        for (SearchResultEntry group : groups) {
            Optional.ofNullable(group.getAttributeValue(COMMON_NAME))
                    .filter(name -> !name.isBlank())
                    .ifPresent(names::add);
        }
        return names;
    }

    private List<SearchResultEntry> search(String base, Filter filter, int most, String... attributes)
            throws LDAPException {
        SearchRequest request = new SearchRequest(base, SearchScope.SUB, filter, attributes);
        request.setSizeLimit(most);
        request.setTimeLimitSeconds((int) Math.max(1, connections.millis() / 1000));
        return Searches.all(connections.searches(), request);
    }

    /** The names behind SIDs; those that no object has are missing. */
    Map<String, String> namesOf(Set<String> sids) throws LDAPException {
        List<String> unknown =
                sids.stream().filter(sid -> names.getIfPresent(sid) == null).toList();
        requireCountable(unknown.size());
        for (int from = 0; from < unknown.size(); from += AT_ONCE) {
            ask(unknown.subList(from, Math.min(unknown.size(), from + AT_ONCE)));
        }
        return known(sids);
    }

    private void ask(List<String> sids) throws LDAPException {
        List<Filter> filters = sids.stream()
                .flatMap(sid -> Sid.bytes(sid).stream())
                .map(bytes -> Filter.createEqualityFilter("objectSid", bytes))
                .toList();
        if (filters.isEmpty()) {
            return;
        }
        Map<String, Optional<String>> answers = new HashMap<>();
        sids.forEach(sid -> answers.put(sid, Optional.empty()));
        for (SearchResultEntry entry :
                search(config.base(), Filter.createORFilter(filters), AT_ONCE, SAM_ACCOUNT_NAME, "objectSid")) {
            Optional<String> sid = Optional.ofNullable(entry.getAttributeValueBytes("objectSid"))
                    .flatMap(Sid::text);
            Optional<String> name = Optional.ofNullable(entry.getAttributeValue(SAM_ACCOUNT_NAME));
            sid.ifPresent(text -> answers.put(text, name));
        }
        names.putAll(answers);
    }

    private Map<String, String> known(Set<String> sids) {
        Map<String, String> known = new HashMap<>();
        for (String sid : sids) {
            Optional<String> name = names.getIfPresent(sid);
            if (name != null && name.isPresent()) {
                known.put(sid, name.get());
            }
        }
        return known;
    }
}
