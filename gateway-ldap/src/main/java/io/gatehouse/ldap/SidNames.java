package io.gatehouse.ldap;

import java.util.Map;
import java.util.Set;

/** Knows the names behind security identifiers. Safe for use by many threads. */
@FunctionalInterface
public interface SidNames {
    /**
     * The names of {@code sids}; may block for a bounded time.
     *
     * @param sids in their {@code S-1-…} text form
     */
    Answer namesOf(Set<String> sids);

    /** The names of some security identifiers, as far as they are known. */
    sealed interface Answer {
        /**
         * All that can be known.
         *
         * @param names by SID; what has no name here is missing
         */
        record Known(Map<String, String> names) implements Answer {
            public Known {
                names = Map.copyOf(names);
            }
        }

        /**
         * Some cannot be found out now.
         *
         * @param why for the administrator
         */
        record Unavailable(String why) implements Answer {}
    }
}
