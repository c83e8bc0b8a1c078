package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the certificates that are second factors of sessions with each request: one that has expired, or was revoked,
 * counts no more, whatever the browser shows by then. The session goes on without it.
 */
final class CertificateFactors {
    private final PortalServices services;
    private final PortalSessions sessions;

    CertificateFactors(PortalServices services, PortalSessions sessions) {
        this.services = services;
        this.sessions = sessions;
    }

    /** {@code session} as far as its certificate is good now; may block. */
    PortalSession current(PortalExchange exchange, PortalSession session) {
        if (session.secondFactor().isEmpty()) {
            return session;
        }
        Optional<Rejected> refusal = services.certificates().refusal(session.identity(), session.secondFactor());
        if (refusal.isEmpty()) {
            return session;
        }
        Identity without = withoutSecondFactor(session.identity());
        if (ProxyAssertions.isPassing(refusal.get())) {
            return session.of(without); // with this request; the next one may know more
        }
        Optional<PortalSession> lowered = sessions.lower(session, without);
        lowered.ifPresent(_ -> services.audit()
                .record(new AuditEvent.SecondFactor(
                        exchange.origin(),
                        without,
                        AuditEvent.Factor.CERTIFICATE_ENDED,
                        refusal.get().detail())));
        return lowered.orElseGet(() -> session.of(without));
    }

    private static Identity withoutSecondFactor(Identity identity) {
        Set<Proof> proofs = new HashSet<>(identity.proofs());
        proofs.remove(Proof.MULTI_FACTOR);
        return identity.withProofs(proofs);
    }
}
