package io.gatehouse.core.ticket;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import java.util.List;
import java.util.Optional;

/** What the portal knows of the user of a ticket. Safe for use by many threads, and does not wait. */
public interface PortalPresence {
    /**
     * The users of the live sessions of an account, as they signed in; not of sessions in which the portal asks for a
     * second factor first.
     *
     * @param user of the ticket; accounts of other providers are others
     * @param at where the browser of a session must have been seen last
     */
    List<Identity> sessions(Identity user, Optional<Source> at);

    /** Whether {@code desktop} is one of the portal, and at {@code target} for {@code user}. */
    boolean hasDesktop(String desktop, Identity user, Target target);
}
