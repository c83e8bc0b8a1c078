package io.gatehouse.ldap;

import java.util.Map;
import java.util.Set;

/** Knows the names behind security identifiers. Safe for use by many threads. */
@FunctionalInterface
public interface SidNames {
    /** Knows none. */
    SidNames NONE = _ -> Map.of();

    /**
     * The names of those that are known; may block for a bounded time.
     *
     * @param sids in their {@code S-1-…} text form
     * @return by SID; what is not known, or cannot be asked now, is missing
     */
    Map<String, String> namesOf(Set<String> sids);
}
