package io.gatehouse.ldap;

import java.util.Optional;
import java.util.Set;

/**
 * A user as the directory knows them.
 *
 * @param name the canonical account name
 * @param domain the domain that they belong to
 * @param upn the user principal name
 * @param groups names of groups, groups in groups among them
 * @param sids security identifiers of user and groups
 */
public record DirectoryUser(
        String name, Optional<String> domain, Optional<String> upn, Set<String> groups, Set<String> sids) {
    public DirectoryUser {
        groups = Set.copyOf(groups);
        sids = Set.copyOf(sids);
    }
}
