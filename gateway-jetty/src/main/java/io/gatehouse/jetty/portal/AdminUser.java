package io.gatehouse.jetty.portal;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.jetty.admin.Administration;

/**
 * A user with a session who may use the admin area.
 *
 * @param role what they may do there
 */
record AdminUser(PortalSession session, AdminRole role) {
    /** Who that is for the operations of the admin API. */
    Administration.Administrator at(PortalExchange exchange) {
        return new Administration.Administrator(
                ShownText.of(session.identity().displayName()),
                session.identity().method(),
                role,
                exchange.origin());
    }
}
