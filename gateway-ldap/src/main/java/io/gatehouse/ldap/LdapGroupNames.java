package io.gatehouse.ldap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import io.gatehouse.formats.sid.Sid;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the names behind security identifiers in an Active Directory, and remembers them for some minutes. Safe for use
 * by many threads.
 */
final class LdapGroupNames {
    static final String SAM_ACCOUNT_NAME = "sAMAccountName";

    private static final int MOST_NAMES = 20_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    /** For those that no object had: it may be about to arrive from another controller. */
    private static final Duration REMEMBERED_NAMELESS = Duration.ofMinutes(1);

    private final LdapConfig config;
    private final LdapConnections connections;
    private final Cache<String, Optional<String>> names = Caffeine.newBuilder()
            .maximumSize(MOST_NAMES)
            .expireAfter(Expiry.<String, Optional<String>>creating(
                    (_, name) -> name.isPresent() ? REMEMBERED : REMEMBERED_NAMELESS))
            .build();

    LdapGroupNames(LdapConfig config, LdapConnections connections) {
        this.config = config;
        this.connections = connections;
    }

    /** The names behind SIDs; those that no object has are missing. */
    Map<String, String> of(Set<String> sids) throws LDAPException {
        List<String> unknown =
                sids.stream().filter(sid -> names.getIfPresent(sid) == null).toList();
        Groups.requireCountable(unknown.size());
        for (int from = 0; from < unknown.size(); from += Groups.AT_ONCE) {
            ask(unknown.subList(from, Math.min(unknown.size(), from + Groups.AT_ONCE)));
        }
        Map<String, String> known = new HashMap<>();
        for (String sid : sids) {
            Optional<String> name = names.getIfPresent(sid);
            if (name != null && name.isPresent()) {
                known.put(sid, name.get());
            }
        }
        return known;
    }

    /**
     * Users may be in one part of the domain and groups in another: what is not below the base is looked for in all of
     * it.
     */
    private void ask(List<String> sids) throws LDAPException {
        Map<String, Optional<String>> answers = new HashMap<>(below(config.base(), sids));
        List<String> missing =
                sids.stream().filter(sid -> !answers.containsKey(sid)).toList();
        RootDSE root = missing.isEmpty() ? null : connections.searches().getRootDSE();
        String domain = root == null ? null : root.getAttributeValue("defaultNamingContext");
        if (domain != null && !domain.equalsIgnoreCase(config.base())) {
            answers.putAll(below(domain, missing));
        }
        sids.forEach(sid -> answers.putIfAbsent(sid, Optional.empty()));
        names.putAll(answers);
    }

    private Map<String, Optional<String>> below(String base, List<String> sids) throws LDAPException {
        Map<String, Optional<String>> answers = new HashMap<>();
        List<Filter> filters = sids.stream()
                .flatMap(sid -> Sid.parse(sid).map(Sid::bytes).stream())
                .map(bytes -> Filter.createEqualityFilter(UserSchema.SID, bytes))
                .toList();
        if (filters.isEmpty()) {
            return answers;
        }
        for (SearchResultEntry entry : Searches.all(
                connections.searches(),
                Searches.limited(
                        base,
                        SearchScope.SUB,
                        Filter.createORFilter(filters),
                        Groups.AT_ONCE,
                        connections,
                        SAM_ACCOUNT_NAME,
                        UserSchema.SID))) {
            Optional.ofNullable(entry.getAttributeValueBytes(UserSchema.SID))
                    .flatMap(Sid::of)
                    .map(Sid::toString)
                    .ifPresent(sid -> answers.put(sid, Optional.ofNullable(entry.getAttributeValue(SAM_ACCOUNT_NAME))));
        }
        return answers;
    }
}
