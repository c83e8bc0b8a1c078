package io.gatehouse.jetty.portal;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.jetty.admin.Administration;

/**
 * A user with a session who may use the admin area.
 *
 * @param role what they may do there
 * @param trace the audit line of this request
 */
record AdminUser(PortalSession session, AdminRole role, AdminTrace trace) {
    /** Who that is for the operations of the admin API. */
    Administration.Administrator at(PortalExchange exchange) {
        return administrator(session, role, exchange);
    }

    /** The same of a user whose request is not known to be an administrator's yet. */
    static Administration.Administrator administrator(PortalSession session, AdminRole role, PortalExchange exchange) {
        return new Administration.Administrator(
                ShownText.of(session.identity().displayName()),
                session.identity().method(),
                role,
                exchange.origin());
    }
}
