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
 * Those in front of the portal who say who the user is. They must say so with every request: a session that began by their word ends
 * with it.
 */
final class Fronts {
    private final PortalServices services;
    private final PortalSessions sessions;
    private final Arrivals arrivals;

    /** Who asks. */
    sealed interface Word {
        /** Somebody with a session. */
        record Session(PortalSession session) implements Word {}

        /** Nobody that those in front know. */
        record Nothing() implements Word {}

        /** They cannot be understood at the moment. */
        record Unavailable() implements Word {}
    }

    Fronts(PortalServices services, PortalSessions sessions, Arrivals arrivals) {
        this.services = services;
        this.sessions = sessions;
        this.arrivals = arrivals;
    }

    /**
     * Asks them about a browser without a session, in the order of the configuration. What another site's page loads begins none: its
     * cookie would be lost, and with each one the user's oldest session.
     */
    Word ask(Exchange exchange) {
        if (exchange.isForeignFetch()) {
            return new Word.Nothing();
        }
        for (AssertionMechanism mechanism : services.assertions()) {
            Optional<Outcome> outcome = assess(mechanism, exchange);
            if (outcome.isPresent()) {
                return switch (outcome.get()) {
                    case Outcome.Accepted(Identity identity, var farewell) ->
                        arrivals.begin(
                                        exchange,
                                        identity,
                                        Optional.of(new PortalSession.Origin.InFront(mechanism.name())))
                                .<Word>map(Word.Session::new)
                                .orElseGet(Word.Unavailable::new);
                    case Rejected rejected -> refused(exchange, mechanism, rejected);
                };
            }
        }
        return new Word.Nothing();
    }

    private Word refused(Exchange exchange, AssertionMechanism mechanism, Rejected rejected) {
        arrivals.refused(exchange, Optional.empty(), mechanism.name(), rejected);
        return isPassing(rejected) ? new Word.Unavailable() : new Word.Nothing();
    }

    /** Asks the one by whose word {@code session} began; a session of another kind needs nobody's word. */
    Word confirm(Exchange exchange, PortalSession session) {
        Optional<String> name = session.inFront().map(PortalSession.Origin.InFront::mechanism);
        if (name.isEmpty()) {
            return new Word.Session(session);
        }
        Optional<Outcome> outcome = services.assertions().stream()
                .filter(mechanism -> mechanism.name().equals(name.get()))
                .findFirst()
                .flatMap(mechanism -> assess(mechanism, exchange));
        if (outcome.isPresent() && outcome.get() instanceof Rejected rejected && isPassing(rejected)) {
            return new Word.Unavailable();
        }
        Optional<PortalSession> renewed =
                outcome.isPresent() && outcome.get() instanceof Outcome.Accepted(Identity identity, var farewell)
                        ? sessions.renew(session, arrivals.known(identity))
                        : Optional.empty();
        if (renewed.isPresent()) {
            return new Word.Session(renewed.get());
        }
        sessions.end(session);
        services.audit()
                .record(new AuditEvent.SignedOut(
                        exchange.origin(), session.identity(), "no longer asserted by " + name.get()));
        return ask(exchange);
    }

    /** Whether it is not the user's fault, so that it ends no session. */
    private static boolean isPassing(Rejected rejected) {
        return rejected.reason() == Reason.UNAVAILABLE || rejected.reason() == Reason.UNANSWERED;
    }

    /** Lets every mechanism throw what it likes. */
    private static Optional<Outcome> assess(AssertionMechanism mechanism, Exchange exchange) {
        try {
            return mechanism.assess(exchange.webRequest());
        } catch (RuntimeException | LinkageError failure) {
            return Optional.of(Arrivals.broken(mechanism.name(), failure));
        }
    }
}
