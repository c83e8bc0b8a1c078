package io.gatehouse.jetty.portal;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import java.util.Optional;

/**
 * Signs users in by what a reverse proxy asserts about them. The proxy must assert the user with every request: a
 * session that began by an assertion ends with the first request without it.
 */
final class ProxyAssertions {
    private final PortalServices services;
    private final PortalSessions sessions;
    private final SessionStart sessionStart;

    /** Who the user of a request is, by the assertions of the proxy. */
    sealed interface Answer {
        /** The request belongs to a portal session of the user that the proxy names. */
        record Session(PortalSession session) implements Answer {}

        /** A browser about which no proxy asserts anything. */
        record Anonymous() implements Answer {}

        /** An assertion cannot be checked at the moment. */
        record Unavailable() implements Answer {}
    }

    ProxyAssertions(PortalServices services, PortalSessions sessions, SessionStart sessionStart) {
        this.services = services;
        this.sessions = sessions;
        this.sessionStart = sessionStart;
    }

    /**
     * Looks for an assertion about a browser without a session, in the order of the configuration. What a page of
     * another site loads begins no session: its cookie would be lost, and with each one the user's oldest session.
     */
    Answer ask(PortalExchange exchange) {
        if (exchange.isCrossSiteFetch()) {
            return new Answer.Anonymous();
        }
        for (AssertionMechanism mechanism : services.assertions()) {
            Optional<Outcome> outcome = assess(mechanism, exchange);
            if (outcome.isPresent()) {
                return switch (outcome.get()) {
                    case Outcome.Accepted(Identity identity, var farewell) -> begin(exchange, mechanism, identity);
                    case Rejected rejected -> refused(exchange, mechanism, rejected);
                };
            }
        }
        return new Answer.Anonymous();
    }

    private Answer begin(PortalExchange exchange, AssertionMechanism mechanism, Identity identity) {
        PortalSession.Origin origin = new PortalSession.Origin.InFront(mechanism.name());
        return switch (sessionStart.begin(exchange, identity, Optional.of(origin))) {
            case SessionStart.Start.Begun(PortalSession session) -> new Answer.Session(session);
            case SessionStart.Start.Blocked _ -> new Answer.Anonymous();
            case SessionStart.Start.Full() -> {
                exchange.refused(503, SessionStart.TOO_MANY);
                yield new Answer.Unavailable();
            }
        };
    }

    private Answer refused(PortalExchange exchange, AssertionMechanism mechanism, Rejected rejected) {
        sessionStart.refused(exchange, Optional.empty(), mechanism.name(), rejected);
        return isPassing(rejected) ? new Answer.Unavailable() : new Answer.Anonymous();
    }

    /** Looks for the assertion by which {@code session} began. A session that began in another way needs none. */
    Answer confirm(PortalExchange exchange, PortalSession session) {
        Optional<String> name = session.inFront().map(PortalSession.Origin.InFront::mechanism);
        if (name.isEmpty()) {
            return new Answer.Session(session);
        }
        Optional<Outcome> outcome = services.assertions().stream()
                .filter(mechanism -> mechanism.name().equals(name.get()))
                .findFirst()
                .flatMap(mechanism -> assess(mechanism, exchange));
        if (outcome.isPresent() && outcome.get() instanceof Rejected rejected && isPassing(rejected)) {
            sessionStart.refused(exchange, Optional.of(session.identity().user()), name.get(), rejected);
            return new Answer.Unavailable();
        }
        Optional<PortalSession> renewed =
                outcome.isPresent() && outcome.get() instanceof Outcome.Accepted(Identity identity, var farewell)
                        ? sessions.renew(session, sessionStart.known(identity))
                        : Optional.empty();
        if (renewed.isPresent()) {
            Identity now = renewed.get().identity();
            if (!now.equals(session.identity())) {
                services.deviceTickets().ifPresent(desk -> desk.known(now));
            }
            return new Answer.Session(renewed.get());
        }
        sessions.end(session);
        services.audit()
                .record(new AuditEvent.SignedOut(
                        exchange.origin(), session.identity(), "no longer asserted by " + name.get()));
        return ask(exchange);
    }

    /** Whether the failure is temporary and not the user's, so that it ends no session. */
    static boolean isPassing(Rejected rejected) {
        return rejected.reason() == Reason.UNAVAILABLE || rejected.reason() == Reason.UNANSWERED;
    }

    /** An exception of a mechanism becomes a refusal. */
    private static Optional<Outcome> assess(AssertionMechanism mechanism, PortalExchange exchange) {
        try {
            return mechanism.assess(exchange.webRequest());
        } catch (RuntimeException | LinkageError failure) {
            return Optional.of(SessionStart.broken(mechanism.name(), failure));
        }
    }
}
