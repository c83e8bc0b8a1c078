package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.formats.text.CertificateText;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the session of a user who has signed in by any method, and audits sign-ins and refusals. */
final class SessionStart {
    /** Why no session begins. */
    static final String TOO_MANY = "too many sessions at the portal";

    private static final Logger LOG = LoggerFactory.getLogger(SessionStart.class);

    private final PortalServices services;
    private final PortalSessions sessions;
    private final Duration uncheckedTimeout;

    /**
     * The start of sessions at a portal.
     *
     * @param uncheckedTimeout the longest session of users about whose accounts nobody can tell everything
     */
    SessionStart(PortalServices services, PortalSessions sessions, Duration uncheckedTimeout) {
        this.services = services;
        this.sessions = sessions;
        this.uncheckedTimeout = uncheckedTimeout;
    }

    /** What became of a sign-in. */
    sealed interface Start {
        /** The browser has a session. */
        record Begun(PortalSession session) implements Start {}

        /** An administrator keeps the user out; that is in the audit log already. */
        record Blocked(Rejected rejected) implements Start {}

        /** There are too many sessions. */
        record Full() implements Start {}
    }

    /**
     * Begins a session of its own for each sign-in, whatever its method. A session that the browser has for another
     * user ends.
     */
    Start begin(PortalExchange exchange, Identity named, Optional<PortalSession.Origin> origin) {
        Identity identity = known(named);
        exchange.cookie(Cookies.SESSION)
                .flatMap(sessions::find)
                .filter(old -> !AccountNames.key(old.identity()).equals(AccountNames.key(identity)))
                .ifPresent(sessions::end);
        Optional<PortalSession> session = services.accounts().coversCompletely(identity)
                ? sessions.begin(identity, origin)
                : sessions.begin(identity, origin, uncheckedTimeout);
        if (session.isEmpty()) {
            return new Start.Full();
        }
        // Asked now that the session is among those that a block ends: a block that is made later ends it.
        Optional<Rejected> blocked = services.login().blocks().refusal(identity);
        if (blocked.isPresent()) {
            sessions.end(session.get());
            refused(exchange, Optional.of(identity.user()), identity.method(), blocked.get());
            return new Start.Blocked(blocked.get());
        }
        services.deviceTickets().ifPresent(desk -> desk.known(identity));
        services.audit().record(new AuditEvent.SignedIn(exchange.origin(), identity, certificate(exchange, origin)));
        exchange.setCookie(Cookies.ofSession(Cookies.SESSION, session.get().id()));
        return new Start.Begun(session.get());
    }

    /** The certificate that signs the user in, or is the second factor, for the audit line. */
    private Optional<String> certificate(PortalExchange exchange, Optional<PortalSession.Origin> origin) {
        return origin.flatMap(how -> switch (how) {
            case PortalSession.Origin.InFront front
            when services.isByCertificate(front) ->
                services.certificates().shown(exchange.webRequest()).stream()
                        .findFirst()
                        .map(CertificateText::of);
            case PortalSession.Origin.WithCertificate(List<X509Certificate> chain) ->
                chain.stream().findFirst().map(shown -> "second factor: " + CertificateText.of(shown));
            case PortalSession.Origin.InFront _, PortalSession.Origin.Elsewhere _ -> Optional.empty();
        });
    }

    /**
     * {@code named} under the name that rules and sessions know it by, with all its claims: the rules may ask for
     * others later.
     */
    Identity known(Identity named) {
        return AccountNames.canonical(named, services.login().domains());
    }

    /** Writes the audit line of a refused sign-in. */
    void refused(PortalExchange exchange, Optional<String> account, String method, Rejected rejected) {
        services.audit()
                .record(new AuditEvent.SignInRefused(
                        exchange.origin(), account, method, rejected.reason(), rejected.detail()));
    }

    /** The outcome of a mechanism that threw an exception. */
    static Rejected broken(String mechanism, Throwable failure) {
        LOG.atError().addKeyValue("mechanism", mechanism).setCause(failure).log("a sign-in provider failed");
        return new Rejected(
                Reason.UNAVAILABLE, "provider failed: " + failure.getClass().getName());
    }
}
