package io.gatehouse.jetty.portal;

import io.gatehouse.api.Peer;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.portal.RdpDownload;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal's paths. Pages are for browsers with a session; everything that changes something is a POST of one of our own forms. What
 * is not ours is left to the next handler.
 */
public final class PortalHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(PortalHandler.class);
    private static final int SESSIONS_PER_USER = 16;
    private static final int SESSIONS_IN_ALL = 50_000;
    private static final Set<String> PATHS = Set.of(
            "/",
            SignInPages.HOME,
            SignInPages.PATH,
            SignInPages.NEGOTIATE,
            SessionPages.PATH,
            "/sessions/end",
            HelpPages.PATH,
            HelpPages.CERTIFICATE,
            "/favourite",
            "/signout",
            "/signout-everywhere",
            "/signedout");
    private static final Pattern DETOUR = Pattern.compile("/signin/([a-z0-9-]{1,64})(/callback|/backchannel|)");
    private static final Pattern CONNECT = Pattern.compile("/connect/([a-z0-9_-]{1,64})\\.rdp");
    private static final Pattern OPTIONS = Pattern.compile("/desktops/([a-z0-9_-]{1,64})");

    private final PortalServices services;
    private final PortalSessions sessions;
    private final Assets assets;
    private final String origin;
    private final SignInPages signIn;
    private final ExternalSignIn externalSignIn;
    private final ProxyAssertions proxyAssertions;
    private final DesktopPages desktopPages;
    private final SessionPages sessionPages;
    private final HelpPages help;

    private PortalHandler(
            PortalServices services,
            PortalConfig config,
            Paa paa,
            PortalFiles.Content files,
            RdpSigner signer,
            X509Certificate publisher) {
        this.services = services;
        URI portal = config.address();
        this.origin = portal.toString();
        PortalSessions.Limits limits = new PortalSessions.Limits(
                config.idleTimeout(), config.sessionTimeout(), SESSIONS_PER_USER, SESSIONS_IN_ALL);
        this.sessions = new PortalSessions(
                limits,
                services.clock(),
                services.random(),
                session -> services.ledger().revokeSession(session.tokens()));
        this.assets = Assets.of(Accent.of(config.accent().toString()), files.logo());
        Renderer renderer = new Renderer(assets, config.title(), config.banner(), files.logo());
        SessionStart sessionStart = new SessionStart(services, sessions);
        this.signIn = new SignInPages(services, sessionStart, renderer);
        this.proxyAssertions = new ProxyAssertions(services, sessions, sessionStart);
        this.externalSignIn =
                new ExternalSignIn(services, sessions, sessionStart, signIn, portal, config.backChannelEndsDesktops());
        RdpDownload download = new RdpDownload(files.template(), gateway(config, paa), signer);
        Desktops desktops = new Desktops(files.desktops(), services.policy());
        this.desktopPages = new DesktopPages(services, desktops, download, renderer, paa.lifetime());
        this.sessionPages = new SessionPages(services, sessions, limits, externalSignIn, desktops, renderer);
        this.help = new HelpPages(renderer, publisher, portal);
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
                paa,
                files,
                files.signer().orElseThrow(),
                files.publisher().orElseThrow());
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

    /** Ends all sessions of an account ({@link AccountNames#key}); how many these were. */
    public int endUser(String account, String why) {
        List<PortalSession> over =
                sessions.endAll(session -> AccountNames.key(session.identity()).equals(account));
        AuditEvent.Origin command = new AuditEvent.Origin(
                UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
        over.forEach(session -> services.audit().record(new AuditEvent.SignedOut(command, session.identity(), why)));
        return over.size();
    }

    private static boolean isOurs(String path) {
        return PATHS.contains(path)
                || path.startsWith(Assets.ROOT)
                || DETOUR.matcher(path).matches()
                || CONNECT.matcher(path).matches()
                || OPTIONS.matcher(path).matches();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!isOurs(path)) {
            return false;
        }
        Peer peer = services.reception().peer(request);
        if (!services.reception().mayStay(request)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (peer.encrypted()) {
            services.executor().execute(() -> serve(request, response, callback, peer));
        } else if (path.equals("/")) {
            Response.sendRedirect(request, response, callback, origin + "/");
        } else {
            services.reception().refused(request, 403, "the portal without TLS (expected " + origin + ")");
            plain(response, callback, 403, "the portal is at " + origin + "\n");
        }
        return true;
    }

    private static void plain(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }

    private void serve(Request request, Response response, Callback callback, Peer peer) {
        Exchange exchange;
        try {
            exchange = Exchange.of(request, response, callback, peer, services.reception());
        } catch (RuntimeException e) {
            // Nothing but what was sent can be wrong here, a body that breaks off for instance.
            services.reception().refused(request, 400, "a form or query that cannot be read: " + e.getMessage());
            plain(response, callback, 400, "bad request\n");
            return;
        }
        try {
            route(exchange);
        } catch (RuntimeException | LinkageError e) {
            LOG.atError().setCause(e).log("a request to the portal failed");
            plain(response, callback, 500, "internal error\n");
        }
    }

    private void route(Exchange exchange) {
        String path = exchange.path();
        switch (exchange.method()) {
            case "GET", "HEAD" -> get(exchange, path);
            case "POST" -> post(exchange, path);
            default -> notAllowed(exchange, "GET, HEAD, POST");
        }
    }

    private void get(Exchange exchange, String path) {
        if (path.startsWith(Assets.ROOT)) {
            asset(exchange, path);
            return;
        }
        Matcher detour = DETOUR.matcher(path);
        if (detour.matches() && !detour.group(2).isEmpty()) {
            if (detour.group(2).equals("/callback")) {
                externalSignIn.resume(exchange, detour.group(1));
            } else {
                notAllowed(exchange, "POST");
            }
            return;
        }
        if (path.equals("/signedout")) {
            sessionPages.signedOut(exchange);
            return;
        }
        switch (session(exchange)) {
            case ProxyAssertions.Answer.Session(PortalSession session) -> get(exchange, path, session);
            case ProxyAssertions.Answer.Anonymous() -> signIn(exchange, path);
            case ProxyAssertions.Answer.Unavailable() -> signIn.unavailable(exchange);
        }
    }

    private void signIn(Exchange exchange, String path) {
        if (exchange.isCrossSiteFetch()) {
            exchange.refuse(403, "not from a page of another site"); // browsers would sign in without their user
            return;
        }
        Matcher detour = DETOUR.matcher(path);
        if (path.equals(SignInPages.PATH)) {
            signIn.show(exchange);
        } else if (path.equals(SignInPages.NEGOTIATE)) {
            signIn.negotiate(exchange);
        } else if (detour.matches()) {
            externalSignIn.begin(exchange, detour.group(1));
        } else {
            String back = path.equals("/") ? SignInPages.HOME : exchange.location();
            exchange.redirect(SignInPages.PATH + "?return_to=" + URLEncoder.encode(back, StandardCharsets.UTF_8));
        }
    }

    private void get(Exchange exchange, String path, PortalSession session) {
        Matcher connect = CONNECT.matcher(path);
        if (connect.matches()) {
            if (exchange.method().equals("HEAD")) {
                notAllowed(exchange, "GET"); // a look must not make a token
            } else {
                desktopPages.connect(exchange, session, connect.group(1));
            }
            return;
        }
        Matcher options = OPTIONS.matcher(path);
        if (options.matches()) {
            desktopPages.options(exchange, session, options.group(1));
            return;
        }
        switch (path) {
            case SignInPages.HOME -> desktopPages.list(exchange, session);
            case SessionPages.PATH -> sessionPages.show(exchange, session);
            case HelpPages.PATH -> help.show(exchange, session);
            case HelpPages.CERTIFICATE -> help.certificate(exchange);
            case "/" -> exchange.redirect(SignInPages.HOME);
            default -> {
                if (path.startsWith(SignInPages.PATH)) {
                    exchange.redirect(
                            SignInPages.returnTo(exchange)); // no link of another site makes them somebody else
                } else {
                    notAllowed(exchange, "POST");
                }
            }
        }
    }

    private void post(Exchange exchange, String path) {
        Matcher detour = DETOUR.matcher(path);
        if (detour.matches() && detour.group(2).equals("/backchannel")) {
            externalSignIn.backChannel(exchange, detour.group(1)); // comes from a server, which proves who it is
            return;
        }
        if (!exchange.isFromOwnPage(origin)) {
            exchange.refuse(403, "not from a page of this site");
            return;
        }
        if (path.equals(SignInPages.PATH)) {
            signIn.submit(exchange);
            return;
        }
        switch (session(exchange)) {
            case ProxyAssertions.Answer.Session(PortalSession session) -> {
                if (exchange.hasSecret("csrf", session.csrf())) {
                    post(exchange, path, session);
                } else {
                    exchange.refuse(403, "not a form of this session");
                }
            }
            case ProxyAssertions.Answer.Anonymous() -> exchange.redirect(SignInPages.PATH);
            case ProxyAssertions.Answer.Unavailable() -> signIn.unavailable(exchange);
        }
    }

    private void post(Exchange exchange, String path, PortalSession session) {
        switch (path) {
            case "/favourite" -> desktopPages.favourite(exchange);
            case "/sessions/end" -> sessionPages.end(exchange, session);
            case "/signout" -> sessionPages.signOut(exchange, session);
            case "/signout-everywhere" -> sessionPages.signOutEverywhere(exchange, session);
            default -> notAllowed(exchange, "GET, HEAD");
        }
    }

    private ProxyAssertions.Answer session(Exchange exchange) {
        Optional<PortalSession> session = exchange.cookie(Cookies.SESSION).flatMap(sessions::find);
        return session.isPresent() ? proxyAssertions.confirm(exchange, session.get()) : proxyAssertions.ask(exchange);
    }

    private void asset(Exchange exchange, String path) {
        Optional<Assets.Asset> asset = assets.at(path);
        if (asset.isEmpty()) {
            exchange.refuse(404, "no such file");
            return;
        }
        exchange.setHeader("Cache-Control", "public, max-age=31536000, immutable");
        exchange.send(200, asset.get().type(), asset.get().content());
    }

    private static void notAllowed(Exchange exchange, String allowed) {
        exchange.setHeader("Allow", allowed);
        exchange.refuse(405, "method not allowed");
    }
}
