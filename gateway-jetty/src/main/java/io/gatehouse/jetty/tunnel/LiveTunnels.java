package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.core.session.Session;
import java.util.List;

/** The open sessions, as the portal shows them to their users. Safe for use by many threads. */
public interface LiveTunnels {
    /** Those of {@code user}, the newest first. */
    List<Session> of(Identity user);

    /** Ends one of {@code user}; that of somebody else goes on. */
    void end(Identity user, String id);

    /** Ends all of {@code user}, those among them that have no session yet: they wait, or their target is dialled. */
    void endAll(Identity user);
}
