package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.jetty.grant.GrantDesk;
import java.util.Optional;
import java.util.OptionalInt;

/** Says on every page how many requests for desktops wait for the answer of its user. Safe for use by many threads. */
final class AccessBadge {
    private final Optional<GrantDesk> desk;

    AccessBadge(Optional<GrantDesk> desk) {
        this.desk = desk;
    }

    /** Whether there are temporary grants. */
    boolean isConfigured() {
        return desk.isPresent();
    }

    /** The number for {@code user}; empty when they neither ask nor answer, and need no page for it. */
    OptionalInt of(Identity user) {
        if (desk.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt waiting = desk.get().waitingFor(user);
        return waiting.isEmpty() && desk.get().settings().mayAsk(user) ? OptionalInt.of(0) : waiting;
    }
}
