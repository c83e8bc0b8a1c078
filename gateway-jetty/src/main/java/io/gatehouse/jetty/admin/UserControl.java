package io.gatehouse.jetty.admin;

import io.gatehouse.core.session.Session;

/** Ends what users have. Safe for use by many threads. */
public interface UserControl {
    /** What was ended: so many tunnels, and so many sessions at the portal. */
    record Ended(int tunnels, int portalSessions) {}

    /**
     * Ends everything that a user has, tokens included.
     *
     * @param account {@link io.gatehouse.core.text.AccountNames#key} of the user
     * @param why for audit lines
     */
    Ended end(String account, String why);

    /** Ends one session, together with the token that opened it, which could open it again. */
    void end(Session session, String why);
}
