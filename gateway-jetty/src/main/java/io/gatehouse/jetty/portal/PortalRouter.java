package io.gatehouse.jetty.portal;

import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.jetty.admin.Administration;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Passes a request on to the route of its path, if it fulfils what the route requires: the method, a form of one of the
 * portal's own pages, and a session.
 */
final class PortalRouter {
    /** Where users prove it, and leave. */
    private static final Set<PortalPath> WITHOUT_SECOND_FACTOR = Set.of(
            PortalPath.SECOND_FACTOR,
            PortalPath.SECOND_FACTOR_CODE,
            PortalPath.SECOND_FACTOR_SET_UP,
            PortalPath.SIGN_OUT,
            PortalPath.SIGN_OUT_EVERYWHERE);

    private final List<Route> routes;
    private final String origin;
    private final PortalSessions sessions;
    private final AccountChecks accounts;
    private final ProxyAssertions proxyAssertions;
    private final CertificateFactors certificateFactors;
    private final StepUp stepUp;
    private final SignInPages signIn;
    private final AdminRights rights;
    private final Administration administration;

    /**
     * A router.
     *
     * @param routes the first that has the path and the method serves a request
     * @param origin of the portal's pages
     */
    PortalRouter(
            List<Route> routes,
            String origin,
            PortalSessions sessions,
            AccountChecks accounts,
            ProxyAssertions proxyAssertions,
            CertificateFactors certificateFactors,
            StepUp stepUp,
            SignInPages signIn,
            AdminRights rights,
            Administration administration) {
        this.routes = List.copyOf(routes);
        this.origin = origin;
        this.sessions = sessions;
        this.accounts = accounts;
        this.proxyAssertions = proxyAssertions;
        this.certificateFactors = certificateFactors;
        this.stepUp = stepUp;
        this.signIn = signIn;
        this.rights = rights;
        this.administration = administration;
    }

    /** Whether a path is the portal's. */
    boolean knows(String path) {
        return routes.stream().anyMatch(route -> route.path().match(path).isPresent());
    }

    /** Whether a path is in the admin area, so that it does not exist for others than administrators. */
    boolean isAdministered(String path) {
        return routes.stream()
                .anyMatch(route ->
                        route.isAdministered() && route.path().match(path).isPresent());
    }

    void route(PortalExchange exchange) {
        Optional<AdminUser> administrator = Optional.empty();
        if (isAdministered(exchange.path())) {
            administrator = administrator(exchange);
            if (administrator.isEmpty()) {
                exchange.unknownPath();
                return;
            }
        }
        List<Route> here = routes.stream()
                .filter(route -> route.path().match(exchange.path()).isPresent())
                .toList();
        Optional<Route> found = here.stream()
                .filter(route -> route.methods().contains(exchange.method()))
                .findFirst();
        if (found.isEmpty()) {
            List<String> allowed = here.stream()
                    .flatMap(route -> route.methods().stream())
                    .distinct()
                    .toList();
            exchange.setHeader("Allow", String.join(", ", allowed));
            exchange.refuse(405, "method not allowed");
            return;
        }
        Route route = found.get();
        String value = route.path().match(exchange.path()).orElseThrow();
        switch (route.action()) {
            case Route.Action.Public(var serve) -> serve.accept(exchange, value);
            case Route.Action.SignIn(var serve) when route.isForm() -> signInForm(exchange, serve, value);
            case Route.Action.SignIn(var serve) -> signInPage(exchange, serve, value);
            case Route.Action.SignedIn(var serve) when route.isForm() -> form(exchange, serve, value, route.path());
            case Route.Action.Administered(var serve) ->
                administered(exchange, administrator.orElseThrow(), route, serve, value);
            case Route.Action.SignedIn(var serve) -> page(exchange, serve, value, route.path());
        }
    }

    private void signInForm(PortalExchange exchange, BiConsumer<PortalExchange, String> serve, String value) {
        if (isOwnForm(exchange)) {
            serve.accept(exchange, value);
        }
    }

    /** No link of another site makes a signed-in user another one. */
    private void signInPage(PortalExchange exchange, BiConsumer<PortalExchange, String> serve, String value) {
        switch (session(exchange)) {
            case ProxyAssertions.Answer.Session _ -> exchange.redirect(SignInPages.returnTo(exchange));
            case ProxyAssertions.Answer.Unavailable() -> signIn.unavailable(exchange);
            case ProxyAssertions.Answer.Anonymous() -> {
                if (isNoCrossSiteFetch(exchange)) {
                    serve.accept(exchange, value);
                }
            }
        }
    }

    private void form(PortalExchange exchange, Route.UserHandler serve, String value, PortalPath path) {
        if (!isOwnForm(exchange)) {
            return;
        }
        switch (session(exchange)) {
            case ProxyAssertions.Answer.Session(PortalSession session) -> {
                if (!exchange.hasSecret("csrf", session.csrf())) {
                    exchange.refuse(403, "not a form of this session");
                } else if (needsSecondFactor(session, path)) {
                    exchange.redirect(PortalPath.SECOND_FACTOR.path());
                } else {
                    serve.serve(exchange, session, value);
                }
            }
            case ProxyAssertions.Answer.Anonymous() -> exchange.redirect(PortalPath.SIGN_IN.path());
            case ProxyAssertions.Answer.Unavailable() -> signIn.unavailable(exchange);
        }
    }

    private void page(PortalExchange exchange, Route.UserHandler serve, String value, PortalPath path) {
        switch (session(exchange)) {
            case ProxyAssertions.Answer.Session(PortalSession session)
            when needsSecondFactor(session, path) ->
                exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to="
                        + URLEncoder.encode(exchange.location(), StandardCharsets.UTF_8));
            case ProxyAssertions.Answer.Session(PortalSession session) -> serve.serve(exchange, session, value);
            case ProxyAssertions.Answer.Unavailable() -> signIn.unavailable(exchange);
            case ProxyAssertions.Answer.Anonymous() -> {
                if (exchange.isRefresh()) {
                    exchange.refuse(403, "the session of the page has ended");
                } else if (isNoCrossSiteFetch(exchange)) {
                    String back = path == PortalPath.ROOT ? PortalPath.DESKTOPS.path() : exchange.location();
                    exchange.redirect(PortalPath.SIGN_IN.path() + "?return_to="
                            + URLEncoder.encode(back, StandardCharsets.UTF_8));
                }
            }
        }
    }

    /**
     * Whether the user must prove a second factor before anything else: somebody who came into a group that must have
     * one during the session, or whose certificate is good no more.
     */
    private boolean needsSecondFactor(PortalSession session, PortalPath path) {
        return !WITHOUT_SECOND_FACTOR.contains(path) && stepUp.isRequired(session, session.identity());
    }

    /** The administrator behind a request; no session begins here, as it would for a user whom a proxy signs in. */
    private Optional<AdminUser> administrator(PortalExchange exchange) {
        Optional<PortalSession> session = ownSession(exchange);
        if (session.isEmpty()) {
            exchange.refused(404, "the admin area without a session");
            return Optional.empty();
        }
        if (!(confirm(exchange, session.get()) instanceof ProxyAssertions.Answer.Session(PortalSession confirmed))) {
            return Optional.empty(); // an audit line says why
        }
        if (stepUp.isRequired(confirmed, confirmed.identity())) {
            exchange.refused(404, "the admin area without the second factor that the user must have");
            return Optional.empty();
        }
        Optional<AdminRole> role = rights.role(confirmed.identity());
        AdminTrace trace = new AdminTrace(
                administration,
                AdminUser.administrator(confirmed, role.orElse(AdminRole.VIEWER), exchange),
                exchange.path());
        exchange.beforeAnswer(trace::answered);
        if (role.isEmpty()) {
            trace.about("unknown", exchange.path(), "no rule of [portal.admin] is for this user");
        }
        return role.map(may -> new AdminUser(confirmed, may, trace));
    }

    private void administered(
            PortalExchange exchange, AdminUser user, Route route, Route.AdministratorHandler serve, String value) {
        Optional<String> problem = Optional.empty();
        if (route.isForm() && !exchange.isFromOwnPage(origin)) {
            problem = Optional.of("not from a page of this site");
        } else if (route.isForm() && !exchange.hasSecret("csrf", user.session().csrf())) {
            problem = Optional.of("not a form of this session");
        } else if (!route.isForm() && exchange.isCrossSiteFetch()) {
            problem = Optional.of("not from a page of another site");
        }
        if (problem.isPresent()) {
            user.trace().about("unknown", exchange.path(), problem.get());
            exchange.plain(403, problem.get() + "\n");
        } else {
            serve.serve(exchange, user, value);
        }
    }

    /** A page that asks by itself keeps no session from being idle. */
    private Optional<PortalSession> ownSession(PortalExchange exchange) {
        return exchange.cookie(Cookies.SESSION)
                .flatMap(id -> exchange.isRefresh()
                        ? sessions.glance(id)
                        : sessions.find(id, exchange.peer().address()))
                .flatMap(this::renewed);
    }

    private Optional<PortalSession> renewed(PortalSession session) {
        return sessions.renew(session, accounts.current(session.identity()));
    }

    private boolean isOwnForm(PortalExchange exchange) {
        boolean own = exchange.isFromOwnPage(origin);
        if (!own) {
            exchange.refuse(403, "not from a page of this site");
        }
        return own;
    }

    /** Browsers would sign in without their user. */
    private static boolean isNoCrossSiteFetch(PortalExchange exchange) {
        boolean crossSite = exchange.isCrossSiteFetch();
        if (crossSite) {
            exchange.refuse(403, "not from a page of another site");
        }
        return !crossSite;
    }

    private ProxyAssertions.Answer session(PortalExchange exchange) {
        Optional<PortalSession> session = ownSession(exchange);
        return session.isPresent() ? confirm(exchange, session.get()) : proxyAssertions.ask(exchange);
    }

    /** What a session is worth with this request: who stands for it, and its certificate, are asked again. */
    private ProxyAssertions.Answer confirm(PortalExchange exchange, PortalSession session) {
        return proxyAssertions.confirm(exchange, certificateFactors.current(exchange, session));
    }
}
