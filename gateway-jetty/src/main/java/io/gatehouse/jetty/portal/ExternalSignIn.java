package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalMechanism.EndedSessions;
import io.gatehouse.api.PortalStep;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.limits.FairPlaces;
import io.gatehouse.core.limits.RequestLimits;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.jetty.portal.PendingSignInCookies.Found;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Signs users in at external identity providers: redirects the browser, handles its return, and ends sessions on
 * back-channel logout.
 */
final class ExternalSignIn {
    /** Reports of one site in a minute; one report is one session or one user. */
    private static final int REPORTS_PER_MINUTE = 1200;

    private static final int REPORTS_AT_ONCE = 64;
    /** Returns for which the other site is asked at once; fewer than a provider asks, which also fetches keys. */
    private static final FairPlaces.Bounds RETURNS = new FairPlaces.Bounds(12, 4, 512, 64);
    /** How long a return waits for its turn. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String CROWDED = "too many sign-ins of this source, or in all, wait for the other site";

    private final PortalServices services;
    private final PortalSessions sessions;
    private final SessionStart sessionStart;
    private final SignInPages pages;
    private final URI portal;
    private final boolean endsDesktops;
    private final PendingSignInCookies pending;
    /** By mechanism: the other site answers so many questions at once. */
    private final Map<String, FairPlaces> returns;

    private final RequestLimits reports;

    /**
     * Sign-in with the identity providers of {@code services}.
     *
     * @param endsDesktops whether a logout at the other site ends tokens and tunnels, beside sessions
     */
    ExternalSignIn(
            PortalServices services,
            PortalSessions sessions,
            SessionStart sessionStart,
            SignInPages pages,
            URI portal,
            boolean endsDesktops) {
        this.services = services;
        this.sessions = sessions;
        this.sessionStart = sessionStart;
        this.pages = pages;
        this.portal = portal;
        this.endsDesktops = endsDesktops;
        this.pending = new PendingSignInCookies(services.time(), services.random());
        this.returns = services.externalSignIns().stream()
                .collect(Collectors.toUnmodifiableMap(PortalMechanism::id, _ -> new FairPlaces(RETURNS)));
        this.reports = new RequestLimits(services.time(), REPORTS_PER_MINUTE, REPORTS_AT_ONCE);
    }

    /** Redirects the browser to an identity provider. */
    void begin(PortalExchange exchange, String id) {
        Optional<PortalMechanism> mechanism = mechanism(id);
        if (mechanism.isEmpty()) {
            pages.unknown(exchange);
            return;
        }
        PortalStep step = guarded(id, () -> mechanism.get().begin(exchange.webRequest(), callback(id)));
        proceed(exchange, id, step, SignInPages.returnTo(exchange));
    }

    /**
     * Handles the return of a browser from an identity provider. What strangers bring costs a question to the other
     * site, so each source has a share of those, and waits for its turn.
     */
    void resume(PortalExchange exchange, String id) {
        Optional<PortalMechanism> mechanism = mechanism(id);
        if (mechanism.isEmpty()) {
            pages.unknown(exchange);
            return;
        }
        switch (pending.find(exchange, id)) {
            case Found.Stale(Outcome.Rejected why) -> stale(exchange, id, why);
            case Found.Returned returned -> resume(exchange, mechanism.get(), returned);
        }
    }

    private void stale(PortalExchange exchange, String id, Outcome.Rejected why) {
        sessionStart.refused(exchange, Optional.empty(), id, why);
        pages.stale(exchange);
    }

    private void resume(PortalExchange exchange, PortalMechanism mechanism, Found.Returned returned) {
        String id = mechanism.id();
        String returnTo = returned.away().returnTo();
        Optional<FairPlaces.Place> place =
                Objects.requireNonNull(returns.get(id)).enter(exchange.peer().address(), PATIENCE);
        if (place.isEmpty()) {
            // The cookie stays: loading the page again goes on with the same sign-in.
            proceed(exchange, id, new Outcome.Rejected(Reason.UNAVAILABLE, CROWDED), returnTo);
            return;
        }
        PortalStep step;
        try (FairPlaces.Place _ = place.get()) {
            if (!pending.take(exchange, returned)) {
                stale(exchange, id, new Outcome.Rejected(Reason.MALFORMED, "the sign-in was completed before"));
                return;
            }
            step = timed(
                    id,
                    () -> mechanism.resume(
                            exchange.webRequest(), returned.away().kept(), callback(id)));
        }
        proceed(exchange, id, step, returnTo);
    }

    private void proceed(PortalExchange exchange, String id, PortalStep step, String returnTo) {
        switch (step) {
            case PortalStep.Detour(URI to, var state) -> {
                pending.keep(exchange, id, to, state, returnTo);
                exchange.redirect(to.toString());
            }
            case PortalStep.SignedIn(Identity identity, var session) ->
                pages.signedIn(
                        exchange,
                        identity,
                        Optional.of(new PortalSession.Origin.Elsewhere(id, session)),
                        SignInPages.Way.ELSEWHERE,
                        returnTo);
            case Outcome.Rejected rejected -> {
                sessionStart.refused(exchange, Optional.empty(), id, rejected);
                pages.refused(exchange, rejected.reason(), SignInPages.Way.ELSEWHERE, returnTo);
            }
        }
    }

    /**
     * The other site tells that sessions ended there (OpenID Connect Back-Channel Logout 1.0, section 2.5). It proves
     * itself by what it sends, has no session here, and is told no more than whether it was believed.
     */
    void backChannel(PortalExchange exchange, String id) {
        Optional<PortalMechanism> mechanism = mechanism(id);
        if (mechanism.isEmpty()) {
            exchange.refused(404, "a logout of an unknown provider");
            exchange.plain(404, "");
            return;
        }
        Optional<RequestLimits.Permit> place = reports.count(exchange.peer().address())
                ? reports.enter(exchange.peer().address())
                : Optional.empty();
        if (place.isEmpty()) {
            exchange.setHeader("Retry-After", "10");
            exchange.refused(429, "too many logouts of one source");
            exchange.plain(429, "");
            return;
        }
        try (RequestLimits.Permit _ = place.get()) {
            switch (logout(mechanism.get(), exchange)) {
                case EndedSessions which -> {
                    end(exchange, id, which);
                    exchange.plain(200, "");
                }
                case Outcome.Rejected(Reason reason, String why) -> {
                    exchange.refused(400, "back-channel logout: " + reason.label() + ": " + why);
                    exchange.plain(400, "");
                }
            }
        }
    }

    private static PortalMechanism.Logout logout(PortalMechanism mechanism, PortalExchange exchange) {
        try {
            return mechanism.backChannelLogout(exchange.webRequest());
        } catch (RuntimeException | LinkageError failure) {
            return SessionStart.broken(mechanism.id(), failure);
        }
    }

    private void end(PortalExchange exchange, String id, EndedSessions which) {
        Predicate<PortalSession> meant = session -> session.elsewhere()
                .filter(origin -> origin.mechanism().equals(id) && which.cover(origin.session()))
                .isPresent();
        List<PortalSession> over = endsDesktops ? sessions.endAll(meant) : sessions.forgetAll(meant);
        over.forEach(session -> services.audit()
                .record(new AuditEvent.SignedOut(exchange.origin(), session.identity(), "signed out at " + id)));
    }

    /** Where a browser that signs out should go, to be signed out there as well. */
    Optional<URI> signOut(PortalSession session) {
        Optional<PortalSession.Origin.Elsewhere> origin = session.elsewhere();
        Optional<PortalMechanism> mechanism = origin.flatMap(elsewhere -> mechanism(elsewhere.mechanism()));
        if (origin.isEmpty() || mechanism.isEmpty()) {
            return Optional.empty();
        }
        try {
            return mechanism.get().signOut(origin.get().session(), portal.resolve(PortalPath.SIGNED_OUT.path()));
        } catch (RuntimeException | LinkageError failure) {
            SessionStart.broken(mechanism.get().id(), failure);
            return Optional.empty();
        }
    }

    private Optional<PortalMechanism> mechanism(String id) {
        return services.externalSignIns().stream()
                .filter(way -> way.id().equals(id))
                .findFirst();
    }

    private URI callback(String id) {
        return portal.resolve(PortalPath.CALLBACK.of(id));
    }

    /** The end of a sign-in. */
    private PortalStep timed(String id, Supplier<PortalStep> end) {
        long began = services.time().nanos();
        PortalStep step = guarded(id, end);
        Duration took = Duration.ofNanos(services.time().nanos() - began);
        switch (step) {
            case PortalStep.SignedIn _ -> services.login().times().accepted(id, took);
            case Outcome.Rejected rejected -> services.login().times().took(id, rejected, took);
            case PortalStep.Detour _ -> {} // goes on elsewhere
        }
        return step;
    }

    private static PortalStep guarded(String id, Supplier<PortalStep> step) {
        try {
            return step.get();
        } catch (RuntimeException | LinkageError failure) {
            return SessionStart.broken(id, failure);
        }
    }
}
