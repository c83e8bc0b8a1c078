package io.gatehouse.provider.local;

import java.util.Optional;
import java.util.Set;

/**
 * Who a realm says the user is: the principal that every realm of {@link RealmChain} gives.
 *
 * @param name the canonical name
 * @param domain the domain, for accounts that are not the gateway's own
 * @param upn the user principal name, when the realm knows one
 * @param groups names of groups
 * @param sids security identifiers of user and groups
 */
record VerifiedUser(String name, Optional<String> domain, Optional<String> upn, Set<String> groups, Set<String> sids) {
    VerifiedUser {
        groups = Set.copyOf(groups);
        sids = Set.copyOf(sids);
    }

    /** An account of this machine or gateway. */
    VerifiedUser(String name, Set<String> groups) {
        this(name, Optional.empty(), Optional.empty(), groups, Set.of());
    }
}
