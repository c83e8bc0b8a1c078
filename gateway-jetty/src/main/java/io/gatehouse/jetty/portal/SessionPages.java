package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PendingSecondFactors;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.session.Session;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a user has open, and its end. */
final class SessionPages {
    private static final String EVERYWHERE = "the user signed out everywhere";

    private final PortalServices services;
    private final PortalSessions sessions;
    private final PortalSessions.Limits limits;
    private final ExternalSignIn externalSignIn;
    private final Desktops desktops;
    private final Renderer renderer;
    private final List<PendingSecondFactors> halves;

    SessionPages(
            PortalServices services,
            PortalSessions sessions,
            PortalSessions.Limits limits,
            ExternalSignIn externalSignIn,
            Desktops desktops,
            Renderer renderer,
            List<PendingSecondFactors> halves) {
        this.services = services;
        this.sessions = sessions;
        this.limits = limits;
        this.externalSignIn = externalSignIn;
        this.desktops = desktops;
        this.renderer = renderer;
        this.halves = halves;
    }

    void show(PortalExchange exchange, PortalSession session) {
        Messages messages = exchange.messages();
        List<Views.Tunnel> tunnels = services.tunnels().of(session.identity()).stream()
                .map(tunnel -> new Views.Tunnel(
                        tunnel.id(),
                        desktops.title(session.identity(), tunnel.target().toString())
                                .orElseGet(() -> address(tunnel)),
                        address(tunnel),
                        messages.span(Duration.between(
                                tunnel.since(), services.clock().instant())),
                        messages.bytes(tunnel.bytesToTarget()),
                        messages.bytes(tunnel.bytesToClient())))
                .toList();
        Views.Sessions view = new Views.Sessions(
                tunnels,
                sessions.count(session.identity()),
                messages.span(limits.idle()),
                messages.span(Duration.between(session.began(), session.ends())),
                new StepUp(services).isOffered(session),
                services.deviceTickets().isPresent());
        exchange.html(200, renderer.page(exchange, "sessions", "sessions.title", Optional.of(session), view));
    }

    private static String address(Session tunnel) {
        return tunnel.target().toString().replaceFirst(":3389$", "");
    }

    /** Ends a tunnel together with its token, which could come back otherwise. */
    void end(PortalExchange exchange, PortalSession session) {
        Identity user = session.identity();
        exchange.parameter("tunnel").ifPresent(id -> {
            services.tunnels().of(user).stream()
                    .filter(tunnel -> tunnel.id().equals(id))
                    .findFirst()
                    .flatMap(tunnel -> tunnel.user().grant())
                    .ifPresent(grant -> services.ledger().revoke(grant.token()));
            services.tunnels().end(user, id);
        });
        exchange.redirect(PortalPath.SESSIONS.path());
    }

    void signOut(PortalExchange exchange, PortalSession session) {
        Optional<URI> onwards = externalSignIn.signOut(session);
        sessions.end(session);
        goodbye(exchange, session, "signed out", onwards, "");
    }

    /** Ends every browser's session of the user and every half sign-in, every token of theirs, and every tunnel. */
    void signOutEverywhere(PortalExchange exchange, PortalSession session) {
        Identity user = session.identity();
        Optional<URI> onwards = externalSignIn.signOut(session);
        halves.forEach(half -> half.endAll(AccountScope.everywhere(user)::includes));
        sessions.endAll(user);
        services.ledger().revokeUser(AccountScope.everywhere(user));
        String keepError = services.deviceTickets()
                .map(desk ->
                        desk.revokeAllOwn(exchange.origin(), user, EVERYWHERE).keepError())
                .orElse("");
        services.approvals().forget(AccountScope.everywhere(user)::includes, EVERYWHERE);
        services.tunnels().endAll(user);
        goodbye(exchange, session, "signed out everywhere", onwards, keepError);
    }

    /**
     * Says goodbye.
     *
     * @param keepError why a restart brings back what was ended; empty when it does not. The user reads it here, so the
     *     page does not lead on by itself then
     */
    private void goodbye(
            PortalExchange exchange, PortalSession session, String how, Optional<URI> onwards, String keepError) {
        String detail = keepError.isEmpty() ? how : how + "; device tickets are not kept: " + keepError;
        services.audit().record(new AuditEvent.SignedOut(exchange.origin(), session.identity(), detail));
        exchange.setCookie(Cookies.gone(Cookies.SESSION));
        String text = session.inFront()
                .map(origin -> services.isByCertificate(origin) ? "signedout.certificate" : "signedout.front")
                .orElse("signedout.text");
        if (!keepError.isEmpty()) {
            signedOut(
                    exchange,
                    text,
                    onwards.map(URI::toString).orElse(PortalPath.SIGN_IN.path()),
                    onwards.isPresent() ? "signedout.there" : "signedout.again",
                    Optional.empty(),
                    Optional.of("signedout.notkept"));
        } else if (onwards.isPresent()) {
            signedOut(
                    exchange,
                    "signedout.onwards",
                    onwards.get().toString(),
                    "signedout.there",
                    onwards,
                    Optional.empty());
        } else {
            signedOut(exchange, text, PortalPath.SIGN_IN.path(), "signedout.again", Optional.empty(), Optional.empty());
        }
    }

    /** The page to which other sites send those who signed out there. */
    void signedOut(PortalExchange exchange) {
        String text = services.proxySignsIn() ? "signedout.front" : "signedout.text";
        signedOut(exchange, text, PortalPath.SIGN_IN.path(), "signedout.again", Optional.empty(), Optional.empty());
    }

    private void signedOut(
            PortalExchange exchange,
            String text,
            String link,
            String label,
            Optional<URI> onwards,
            Optional<String> problem) {
        Messages messages = exchange.messages();
        Views.Message view =
                new Views.Message(messages.text(text), link, messages.text(label), problem.map(messages::text));
        exchange.html(
                200,
                renderer.page(
                        exchange, "message", "signedout.title", Optional.empty(), view, onwards.map(URI::toString)));
    }
}
