package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSession;
import java.util.Optional;

/** Who asks: somebody with a session, or not. */
record Visitor(Optional<PortalSession> session) {
    static final Visitor STRANGER = new Visitor(Optional.empty());

    static Visitor of(PortalSession session) {
        return new Visitor(Optional.of(session));
    }
}
