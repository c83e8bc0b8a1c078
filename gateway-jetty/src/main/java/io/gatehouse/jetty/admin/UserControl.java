package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.session.Session;
import java.util.List;

/** Ends what users have. Safe for use by many threads. */
public interface UserControl {
    /**
     * What was ended.
     *
     * @param tunnels how many
     * @param portalSessions how many sessions at the portal
     * @param deviceTickets how many
     * @param problems what could not be ended, or a restart brings back; empty when all is done
     */
    record Ended(int tunnels, int portalSessions, int deviceTickets, List<String> problems) {
        public Ended {
            problems = List.copyOf(problems);
        }

        /** For audit lines and administrators. */
        String text() {
            return tunnels + " tunnels, " + portalSessions + " portal sessions and " + deviceTickets + " device tickets"
                    + (problems.isEmpty() ? "" : "; " + String.join("; ", problems));
        }
    }

    /**
     * Ends everything that a user has, tokens included.
     *
     * @param account as an administrator names it
     * @param why for audit lines
     */
    Ended end(NamedAccount account, String why);

    /**
     * Ends one session, together with the token that opened it, which could open it again, and so with all tunnels of
     * that token.
     *
     * @return how many tunnels ended; none when the session ended by itself meanwhile
     */
    int end(Session session, String why);
}
