package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.jetty.portal.Route.Action.Administered;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The pages for administrators, by their paths. */
final class AdminArea {
    private final AdminSessionPages sessions;
    private final AdminActionPages actions;
    private final AdminEventPages events;
    private final AdminActivityPage activity;
    private final AdminRulePages rules;
    private final Optional<AdminGrantPages> grants;
    private final Optional<AdminTicketPages> tickets;

    AdminArea(PortalServices services, PortalSessions portalSessions, AdminRights rights, Renderer renderer) {
        Confirmations confirmations = new Confirmations(services.clock(), services.random());
        OpenedPages opened = new OpenedPages();
        this.sessions = new AdminSessionPages(services, confirmations, opened, renderer);
        this.actions = new AdminActionPages(services, portalSessions, rights, confirmations, renderer);
        this.events = new AdminEventPages(services, rights, opened, renderer);
        this.activity = new AdminActivityPage(services, opened, renderer);
        this.rules = new AdminRulePages(services, portalSessions, rights, renderer);
        this.grants =
                services.grants().map(desk -> new AdminGrantPages(services, desk, confirmations, opened, renderer));
        this.tickets =
                services.deviceTickets().map(_ -> new AdminTicketPages(services, confirmations, opened, renderer));
    }

    List<Route> routes() {
        return Stream.of(
                        always().stream(),
                        grants.stream().map(AdminArea::grants),
                        tickets.stream().map(AdminArea::tickets))
                .flatMap(routes -> routes)
                .toList();
    }

    private static Route tickets(AdminTicketPages pages) {
        return Route.page(
                PortalPath.ADMIN_TICKETS, new Administered((exchange, user, _) -> pages.list(exchange, user)));
    }

    private static Route grants(AdminGrantPages pages) {
        return Route.page(PortalPath.ADMIN_GRANTS, new Administered((exchange, user, _) -> pages.list(exchange, user)));
    }

    private List<Route> always() {
        return List.of(
                Route.page(PortalPath.ADMIN, new Administered((exchange, user, _) -> {
                    user.trace().about("open", "", "");
                    exchange.redirect(PortalPath.ADMIN_SESSIONS.path());
                })),
                Route.page(
                        PortalPath.ADMIN_SESSIONS,
                        new Administered((exchange, user, _) -> sessions.list(exchange, user))),
                Route.page(PortalPath.ADMIN_SESSION, new Administered(sessions::show)),
                Route.page(
                        PortalPath.ADMIN_USERS,
                        new Administered((exchange, user, _) -> sessions.users(exchange, user))),
                Route.page(
                        PortalPath.ADMIN_ACTIVITY,
                        new Administered((exchange, user, _) -> activity.show(exchange, user))),
                Route.page(PortalPath.ADMIN_RULES, new Administered((exchange, user, _) -> rules.show(exchange, user))),
                Route.page(
                        PortalPath.ADMIN_FAILURES,
                        new Administered((exchange, user, _) -> events.failures(exchange, user))),
                Route.page(
                        PortalPath.ADMIN_AUDIT, new Administered((exchange, user, _) -> events.list(exchange, user))),
                Route.download(
                        PortalPath.ADMIN_AUDIT_JSON,
                        new Administered((exchange, user, _) -> events.json(exchange, user))),
                Route.download(
                        PortalPath.ADMIN_AUDIT_CSV,
                        new Administered((exchange, user, _) -> events.csv(exchange, user))),
                Route.page(PortalPath.ADMIN_CONFIRM, new Administered(actions::confirm)),
                Route.form(PortalPath.ADMIN_ACT, new Administered((exchange, user, _) -> actions.act(exchange, user))),
                Route.form(
                        PortalPath.ADMIN_SIGN_IN_AGAIN,
                        new Administered((exchange, user, _) -> actions.signInAgain(exchange, user))));
    }
}
