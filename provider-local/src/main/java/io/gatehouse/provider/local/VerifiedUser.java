package io.gatehouse.provider.local;

import java.util.Set;

/**
 * Who a realm says the user is: the principal that every realm of {@link RealmChain} gives.
 *
 * @param name the canonical name
 * @param groups names of groups
 */
record VerifiedUser(String name, Set<String> groups) {
    VerifiedUser {
        groups = Set.copyOf(groups);
    }
}
