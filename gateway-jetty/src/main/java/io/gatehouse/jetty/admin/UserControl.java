package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.session.Session;

/** Ends what users have. Safe for use by many threads. */
public interface UserControl {
    /** What was ended: so many tunnels, and so many sessions at the portal. */
    record Ended(int tunnels, int portalSessions) {}

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
