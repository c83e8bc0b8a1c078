package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.jetty.portal.Route.Action.Administered;
import java.util.List;

/** The pages for administrators, by their paths. */
final class AdminArea {
    private final AdminSessionPages sessions;
    private final AdminActionPages actions;

    AdminArea(PortalServices services, PortalSessions portalSessions, AdminRights rights, Renderer renderer) {
        Confirmations confirmations = new Confirmations(services.clock(), services.random());
        this.sessions = new AdminSessionPages(services, confirmations, renderer);
        this.actions = new AdminActionPages(services, portalSessions, rights, confirmations, renderer);
    }

    List<Route> routes() {
        return List.of(
                Route.page(
                        PortalPath.ADMIN,
                        new Administered((exchange, _, _) -> exchange.redirect(PortalPath.ADMIN_SESSIONS.path()))),
                Route.page(
                        PortalPath.ADMIN_SESSIONS,
                        new Administered((exchange, user, _) -> sessions.list(exchange, user))),
                Route.page(PortalPath.ADMIN_SESSION, new Administered(sessions::show)),
                Route.page(
                        PortalPath.ADMIN_USERS,
                        new Administered((exchange, user, _) -> sessions.users(exchange, user))),
                Route.page(PortalPath.ADMIN_CONFIRM, new Administered(actions::confirm)),
                Route.form(PortalPath.ADMIN_ACT, new Administered((exchange, user, _) -> actions.act(exchange, user))),
                Route.form(
                        PortalPath.ADMIN_SIGN_IN_AGAIN,
                        new Administered((exchange, user, _) -> actions.signInAgain(exchange, user))));
    }
}
