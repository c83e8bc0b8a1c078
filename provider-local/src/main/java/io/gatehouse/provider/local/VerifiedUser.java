package io.gatehouse.provider.local;

import io.gatehouse.api.Identity;
import java.util.Optional;
import java.util.Set;

/**
 * Who a realm says the user is: the principal that every realm of {@link RealmChain} gives.
 *
 * @param name the canonical name
 * @param domain the domain, for accounts that are not the gateway's own
 * @param upn the user principal name, when the realm knows one
 * @param groups names of groups
 * @param groupNames how they are read
 * @param sids security identifiers of user and groups
 */
record VerifiedUser(
        String name,
        Optional<String> domain,
        Optional<String> upn,
        Set<String> groups,
        Identity.GroupNames groupNames,
        Set<String> sids) {
    VerifiedUser {
        groups = Set.copyOf(groups);
        sids = Set.copyOf(sids);
    }

    /** An account of this machine or gateway. */
    VerifiedUser(String name, Set<String> groups) {
        this(name, Optional.empty(), Optional.empty(), groups, Identity.GroupNames.OF_THE_DOMAIN, Set.of());
    }
}
