package io.gatehouse.core.admin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an administrator may do; each role may do what those before it may. */
public enum AdminRole {
    /** Sees who is connected. */
    VIEWER,
    /** Also ends, blocks and tells users. */
    OPERATOR,
    /** Also decides about the gateway as a whole. */
    ADMIN;

    /** Its name in files, in the API and on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that name. */
    public static Optional<AdminRole> of(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst();
    }

    /** Whether it may do what {@code needed} may. */
    public boolean includes(AdminRole needed) {
        return compareTo(needed) >= 0;
    }
}
