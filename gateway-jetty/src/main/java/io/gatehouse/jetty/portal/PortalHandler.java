package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Auth;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PendingSecondFactors;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.portal.RdpDownload;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.core.ticket.PortalPresence;
import io.gatehouse.jetty.edge.IncomingRequest;
import io.gatehouse.jetty.portal.Route.Action.Public;
import io.gatehouse.jetty.portal.Route.Action.SignIn;
import io.gatehouse.jetty.portal.Route.Action.SignedIn;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the portal. Pages are for browsers with a session; everything that changes something is a POST of one of the
 * portal's own forms. Requests for other paths are left to the next handler.
 */
public final class PortalHandler extends Handler.Abstract implements PortalPresence {
    private static final Logger LOG = LoggerFactory.getLogger(PortalHandler.class);
    /**
     * Browsers keep connections open. Theirs are under the limits of all connections without a tunnel, and end with an
     * answer before those strike.
     */
    private static final Duration TIME_FOR_ANOTHER_REQUEST = Duration.ofSeconds(15);

    private static final int SECONDS_OF_A_RESTART = 5;
    private static final int SESSIONS_PER_USER = 16;
    private static final int SESSIONS_IN_ALL = 50_000;
    private final PortalServices services;
    private final PortalSessions sessions;
    private final String origin;
    private final PortalConfig config;
    private final Desktops desktops;
    private final RdpDownload download;
    private final PortalRouter router;
    private final AdminRights rights;
    private final StepUp stepUp;
    private final List<PendingSecondFactors> halves;

    private PortalHandler(
            PortalServices services,
            PortalConfig config,
            AdminRights rights,
            Auth auth,
            Paa paa,
            PortalFiles.Content files,
            RdpSigner signer,
            X509Certificate publisher) {
        this.services = services;
        this.config = config;
        this.rights = rights;
        this.stepUp = new StepUp(services);
        URI portal = config.address();
        this.origin = portal.toString();
        PortalSessions.Limits limits = new PortalSessions.Limits(
                config.idleTimeout(), config.sessionTimeout(), SESSIONS_PER_USER, SESSIONS_IN_ALL);
        this.sessions = new PortalSessions(
                limits,
                services.clock(),
                services.random(),
                session -> services.ledger().revokeSession(session.tokens()));
        Assets assets = Assets.of(Accent.of(config.accent().toString()), files.logo());
        Renderer renderer = new Renderer(
                assets,
                config.title(),
                config.banner(),
                files.logo(),
                rights,
                new ApprovalBadge(
                        services.approvals(),
                        services.policy(),
                        services.deviceTickets().isPresent()),
                new AccessBadge(services.grants()),
                services.deviceTickets().isPresent());
        SessionStart sessionStart = new SessionStart(services, sessions, auth.uncheckedSessionTimeout());
        SignInPages signIn = new SignInPages(services, sessionStart, renderer);
        ExternalSignIn externalSignIn =
                new ExternalSignIn(services, sessions, sessionStart, signIn, portal, config.backChannelEndsDesktops());
        this.download = new RdpDownload(files.template(), gateway(config, paa), signer);
        this.desktops = new Desktops(files.desktops(), services.policy());
        Optional<SecondFactorPages> secondFactor = services.secondFactors()
                .map(factors -> new SecondFactorPages(services, factors, sessions, sessionStart, renderer));
        this.halves = Stream.concat(
                        signIn.secondFactor().map(SecondFactorSignIn::halves).stream(),
                        secondFactor.map(SecondFactorPages::halves).stream())
                .toList();
        List<Route> routes = new ArrayList<>(routes(
                assets,
                signIn,
                externalSignIn,
                new DesktopPages(services, desktops, download, renderer, paa.lifetime()),
                new SessionPages(services, sessions, limits, externalSignIn, desktops, renderer, halves),
                new HelpPages(renderer, publisher, portal)));
        secondFactor.ifPresent(
                pages -> routes.addAll(secondFactor(signIn.secondFactor().orElseThrow(), pages)));
        services.grants()
                .map(desk -> new AccessPages(services, desk, desktops, renderer))
                .ifPresent(pages -> routes.addAll(access(pages)));
        services.deviceTickets()
                .map(desk -> new DevicePages(services, desk, sessions, desktops, download, renderer))
                .ifPresent(pages -> routes.addAll(devices(pages)));
        routes.addAll(approvals(new ApprovalPages(services, renderer)));
        routes.addAll(new AdminArea(services, sessions, rights, renderer).routes());
        this.router = new PortalRouter(
                routes,
                origin,
                sessions,
                services.accounts(),
                new ProxyAssertions(services, sessions, sessionStart),
                new CertificateFactors(services, sessions),
                stepUp,
                signIn,
                rights,
                services.administration());
    }

    private static List<Route> routes(
            Assets assets,
            SignInPages signIn,
            ExternalSignIn external,
            DesktopPages desktops,
            SessionPages sessions,
            HelpPages help) {
        return List.of(
                Route.page(PortalPath.ASSET, new Public((exchange, _) -> assets.serve(exchange))),
                Route.page(PortalPath.SIGN_IN, new SignIn((exchange, _) -> signIn.show(exchange))),
                Route.form(PortalPath.SIGN_IN, new SignIn((exchange, _) -> signIn.submit(exchange))),
                Route.page(PortalPath.NEGOTIATE, new SignIn((exchange, _) -> signIn.negotiate(exchange))),
                Route.page(PortalPath.EXTERNAL_SIGN_IN, new SignIn(external::begin)),
                Route.page(PortalPath.CALLBACK, new Public(external::resume)),
                Route.form(PortalPath.BACK_CHANNEL, new Public(external::backChannel)),
                Route.page(PortalPath.SIGNED_OUT, new Public((exchange, _) -> sessions.signedOut(exchange))),
                Route.form(PortalPath.SIGN_OUT, new SignedIn((exchange, user, _) -> sessions.signOut(exchange, user))),
                Route.form(
                        PortalPath.SIGN_OUT_EVERYWHERE,
                        new SignedIn((exchange, user, _) -> sessions.signOutEverywhere(exchange, user))),
                Route.page(
                        PortalPath.ROOT,
                        new SignedIn((exchange, _, _) -> exchange.redirect(PortalPath.DESKTOPS.path()))),
                Route.page(PortalPath.DESKTOPS, new SignedIn((exchange, user, _) -> desktops.list(exchange, user))),
                Route.page(PortalPath.DESKTOP, new SignedIn(desktops::options)),
                Route.download(PortalPath.CONNECT, new SignedIn(desktops::connect)),
                Route.form(PortalPath.FAVOURITE, new SignedIn((exchange, _, _) -> desktops.favourite(exchange))),
                Route.form(PortalPath.WAKE, new SignedIn((exchange, user, _) -> desktops.wake(exchange, user))),
                Route.page(PortalPath.SESSIONS, new SignedIn((exchange, user, _) -> sessions.show(exchange, user))),
                Route.form(PortalPath.DISCONNECT, new SignedIn((exchange, user, _) -> sessions.end(exchange, user))),
                Route.page(PortalPath.HELP, new SignedIn((exchange, user, _) -> help.show(exchange, user))),
                Route.page(PortalPath.PUBLISHER, new SignedIn((exchange, _, _) -> help.certificate(exchange))));
    }

    private static List<Route> access(AccessPages pages) {
        return List.of(
                Route.page(PortalPath.ACCESS, new SignedIn((exchange, user, _) -> pages.show(exchange, user))),
                Route.form(PortalPath.ACCESS_ASK, new SignedIn((exchange, user, _) -> pages.ask(exchange, user))),
                Route.form(PortalPath.ACCESS_ANSWER, new SignedIn((exchange, user, _) -> pages.answer(exchange, user))),
                Route.form(
                        PortalPath.ACCESS_WITHDRAW,
                        new SignedIn((exchange, user, _) -> pages.withdraw(exchange, user))),
                Route.form(
                        PortalPath.ACCESS_REVOKE, new SignedIn((exchange, user, _) -> pages.revoke(exchange, user))));
    }

    private static List<Route> devices(DevicePages pages) {
        return List.of(
                Route.page(PortalPath.DEVICES, new SignedIn((exchange, user, _) -> pages.show(exchange, user))),
                Route.form(PortalPath.DEVICES_FILE, new SignedIn((exchange, user, _) -> pages.make(exchange, user))),
                Route.form(
                        PortalPath.DEVICES_REVOKE, new SignedIn((exchange, user, _) -> pages.revoke(exchange, user))));
    }

    private static List<Route> approvals(ApprovalPages pages) {
        return List.of(
                Route.page(PortalPath.APPROVALS, new SignedIn((exchange, user, _) -> pages.show(exchange, user))),
                Route.form(
                        PortalPath.APPROVALS_ANSWER,
                        new SignedIn((exchange, user, _) -> pages.answer(exchange, user))));
    }

    private static List<Route> secondFactor(SecondFactorSignIn signIn, SecondFactorPages pages) {
        return List.of(
                Route.form(PortalPath.SIGN_IN_CODE, new SignIn((exchange, _) -> signIn.code(exchange))),
                Route.form(PortalPath.SIGN_IN_SET_UP, new SignIn((exchange, _) -> signIn.setUp(exchange))),
                Route.page(PortalPath.SECOND_FACTOR, new SignedIn((exchange, user, _) -> pages.show(exchange, user))),
                Route.form(
                        PortalPath.SECOND_FACTOR_CODE, new SignedIn((exchange, user, _) -> pages.code(exchange, user))),
                Route.form(
                        PortalPath.SECOND_FACTOR_SET_UP,
                        new SignedIn((exchange, user, _) -> pages.setUp(exchange, user))),
                Route.form(
                        PortalPath.SECOND_FACTOR_RENEW,
                        new SignedIn((exchange, user, _) -> pages.renew(exchange, user))),
                Route.form(
                        PortalPath.SECOND_FACTOR_REMOVE,
                        new SignedIn((exchange, user, _) -> pages.remove(exchange, user))));
    }

    /**
     * The portal of a configuration that has one.
     *
     * @throws GatewayStartException with everything that is wrong with its files
     */
    public static PortalHandler open(Configuration configuration, PortalConfig portal, Paa paa, PortalServices services)
            throws GatewayStartException {
        PortalFiles.Content files = PortalFiles.read(configuration, portal, services.clock());
        return new PortalHandler(
                services,
                portal,
                new AdminRights(configuration),
                configuration.gateway().auth(),
                paa,
                files,
                files.signer().orElseThrow(),
                files.publisher().orElseThrow());
    }

    /**
     * Reads the desktops of {@code next}, the templates of the portal and of each, and who may administer.
     *
     * @return uses them from then on; does not fail
     * @throws GatewayStartException with everything that is wrong with the files
     */
    public Runnable prepare(Configuration next) throws GatewayStartException {
        PortalFiles.Reloadable content = PortalFiles.readAgain(next, config);
        Runnable administrators = rights.prepare(next);
        return () -> {
            desktops.replace(content.desktops());
            download.replace(content.template());
            administrators.run();
        };
    }

    /** The gateway's name for files: with the portal's port, when it is the portal's host. */
    private static String gateway(PortalConfig config, Paa paa) {
        URI portal = config.address();
        String port = portal.getPort() < 0 || portal.getPort() == 443 ? "" : ":" + portal.getPort();
        return config.gateway()
                .map(ServerAddress::toString)
                .orElseGet(() ->
                        paa.hosts().stream().findFirst().map(HostName::text).orElse(portal.getHost()) + port);
    }

    /** Ends all sessions of an account, and its half sign-ins; how many sessions these were. */
    public int endUser(AccountScope account, String why) {
        halves.forEach(half -> half.endAll(account::includes));
        List<PortalSession> over = sessions.endAll(session -> account.includes(session.identity()));
        AuditEvent.Origin command = AuditEvent.Origin.ofCommand();
        over.forEach(session -> services.audit().record(new AuditEvent.SignedOut(command, session.identity(), why)));
        return over.size();
    }

    /** The users of all sessions, once for each session. */
    public List<Identity> users() {
        return sessions.users();
    }

    @Override
    public List<Identity> sessions(Identity user, Optional<Source> at) {
        return sessions.of(user, at).stream()
                .filter(session -> !stepUp.isRequired(session, session.identity()))
                .map(PortalSession::identity)
                .toList();
    }

    @Override
    public boolean hasDesktop(String desktop, Identity user, Target target) {
        return desktops.has(desktop, user, target);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!router.knows(path)) {
            return false;
        }
        IncomingRequest incoming = IncomingRequest.of(request);
        if (router.isAdministered(path) && !incoming.peer().encrypted()) {
            return false;
        }
        if (services.drain().isLeaving()) {
            comeBackSoon(incoming);
            return true;
        }
        if (incoming.isNearItsLimits(TIME_FOR_ANOTHER_REQUEST)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (incoming.peer().encrypted()) {
            services.executor().execute(() -> serve(request, response, callback, incoming));
        } else if (PortalPath.ROOT.match(path).isPresent()) {
            Response.sendRedirect(request, response, callback, origin + PortalPath.ROOT.path());
        } else {
            incoming.note(403, "the portal without TLS (expected " + origin + ")");
            plain(response, callback, 403, "the portal is at " + origin + "\n");
        }
        return true;
    }

    /**
     * Sessions of the portal end with the gateway. The browser asks again by itself, on a connection that the next
     * process takes.
     */
    private static void comeBackSoon(IncomingRequest incoming) {
        incoming.note(503, "the gateway stops and serves no pages");
        HttpFields.Mutable headers = incoming.response().getHeaders();
        headers.put(HttpHeader.RETRY_AFTER, SECONDS_OF_A_RESTART);
        headers.put("Refresh", String.valueOf(SECONDS_OF_A_RESTART));
        headers.put(HttpHeader.CONNECTION, "close");
        plain(
                incoming.response(),
                incoming.callback(),
                503,
                "the gateway restarts, this page comes back in a moment\n");
    }

    private static void plain(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }

    private void serve(Request request, Response response, Callback callback, IncomingRequest incoming) {
        PortalExchange exchange;
        try {
            exchange = PortalExchange.of(request, response, callback, incoming);
        } catch (RuntimeException e) {
            // Nothing but what was sent can be wrong here, a body that breaks off for instance.
            if (router.isAdministered(Request.getPathInContext(request))) {
                incoming.refuse(404, "a form or query of the admin area that cannot be read: " + e.getMessage());
                return;
            }
            incoming.note(400, "a form or query that cannot be read: " + e.getMessage());
            plain(response, callback, 400, "bad request\n");
            return;
        }
        try {
            router.route(exchange);
        } catch (RuntimeException | LinkageError e) {
            LOG.atError().setCause(e).log("a request to the portal failed");
            exchange.answering(500);
            plain(response, callback, 500, "internal error\n");
        }
    }
}
