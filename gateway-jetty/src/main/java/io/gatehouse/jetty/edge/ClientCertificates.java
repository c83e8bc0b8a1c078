package io.gatehouse.jetty.edge;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.text.AccountNames;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What certificates of clients are good for beside the sign-in at the portal: listeners can demand one, and one of the
 * same user is a second factor beside a password. The providers judge the certificate of every request that is signed
 * in by it or beside it, also on a connection that stays and in a resumed TLS session, and with every request of a
 * session at the portal that has one as second factor. Safe for use by many threads.
 */
public final class ClientCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);
    /**
     * A Kerberos ticket may come from the very key of the certificate (PKINIT), and an identity provider says itself
     * how many factors there were.
     */
    private static final Set<String> OF_PASSWORD = Set.of(Scheme.NTLM.label(), Scheme.BASIC.label());

    private final List<CertificateMechanism> mechanisms;
    private final Domains domains;
    private final AuditLog audit;

    /**
     * Certificates.
     *
     * @param mechanisms judge them, the first one that sees a certificate decides
     */
    public ClientCertificates(List<CertificateMechanism> mechanisms, Domains domains, AuditLog audit) {
        this.mechanisms = List.copyOf(mechanisms);
        this.domains = domains;
        this.audit = audit;
    }

    /** Whether anybody judges certificates; otherwise it is no use to ask for them. */
    boolean areJudged() {
        return !mechanisms.isEmpty();
    }

    /** The authorities that clients are told of; empty when any certificate may fit. */
    List<X509Certificate> authorities() {
        return mechanisms.stream().anyMatch(mechanism -> mechanism.authorities().isEmpty())
                ? List.of()
                : mechanisms.stream()
                        .flatMap(mechanism -> mechanism.authorities().stream())
                        .distinct()
                        .toList();
    }

    /** Refuses a request without a certificate that a provider accepts; answers whether it did. May block. */
    boolean refuses(IncomingRequest incoming) {
        Optional<Outcome> outcome = assess(incoming.web(Map.of()));
        if (outcome.isEmpty()) {
            incoming.refuseAndClose(
                    403, "no certificate of the client (the listener has client-certificate = required)");
            return true;
        }
        if (outcome.get() instanceof Rejected rejected) {
            record(
                    new AuditEvent.Origin(
                            incoming.correlation(), incoming.peer().address(), Optional.empty(), "http"),
                    rejected);
            incoming.response().getHeaders().put(HttpHeader.CONNECTION, "close");
            IncomingRequest.answer(incoming.response(), incoming.callback(), 403);
            return true;
        }
        return false;
    }

    /**
     * {@code identity} as it was proved by a password, with the second factor if the request comes with a certificate
     * of the same user. A certificate that is not to be believed, or somebody else's, adds nothing and leaves an audit
     * line. May block.
     */
    public Identity confirmed(Identity identity, WebRequest request, AuditEvent.Origin origin) {
        if (!OF_PASSWORD.contains(identity.method())) {
            return identity;
        }
        Optional<Outcome> outcome = assess(request);
        if (outcome.isEmpty()) {
            return identity;
        }
        return switch (outcome.get()) {
            case Outcome.Accepted(Identity holder, var farewell)
            when isSame(identity, holder) -> {
                Set<Proof> proofs = EnumSet.of(Proof.MULTI_FACTOR);
                proofs.addAll(identity.proofs());
                yield identity.withProofs(proofs);
            }
            case Outcome.Accepted(Identity holder, var farewell) -> {
                record(origin, anothers(identity, holder));
                yield identity;
            }
            case Rejected rejected -> {
                record(origin, rejected);
                yield identity;
            }
        };
    }

    /** The certificate that a request comes with, and those behind it; nothing is judged. */
    public List<X509Certificate> shown(WebRequest request) {
        return mechanisms.stream()
                .map(mechanism -> mechanism.certificates(request))
                .filter(chain -> !chain.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /**
     * Why a certificate that was a second factor of {@code identity} is none now; empty as long as it is one. May
     * block.
     */
    public Optional<Rejected> refusal(Identity identity, List<X509Certificate> chain) {
        Outcome outcome = mechanisms.stream()
                .findFirst()
                .flatMap(mechanism -> guarded(mechanism, one -> Optional.of(one.judge(chain))))
                .orElseGet(() -> new Rejected(Reason.REFUSED, "certificates are not judged any more"));
        return switch (outcome) {
            case Outcome.Accepted(Identity holder, var farewell) when isSame(identity, holder) -> Optional.empty();
            case Outcome.Accepted(Identity holder, var farewell) -> Optional.of(anothers(identity, holder));
            case Rejected rejected -> Optional.of(rejected);
        };
    }

    private Rejected anothers(Identity identity, Identity holder) {
        return new Rejected(
                Reason.REFUSED,
                "the certificate is one of %s (expected one of %s, whose password was given)"
                        .formatted(named(holder).displayName(), identity.displayName()));
    }

    private boolean isSame(Identity identity, Identity holder) {
        return AccountNames.key(named(identity)).equals(AccountNames.key(named(holder)));
    }

    private Identity named(Identity identity) {
        return AccountNames.canonical(identity, domains);
    }

    private Optional<Outcome> assess(WebRequest request) {
        return mechanisms.stream()
                .flatMap(mechanism -> guarded(mechanism, one -> one.assess(request)).stream())
                .findFirst();
    }

    /** The answer of a mechanism, which is a refusal if it throws an exception. */
    private static Optional<Outcome> guarded(
            CertificateMechanism mechanism, Function<CertificateMechanism, Optional<Outcome>> question) {
        try {
            return question.apply(mechanism);
        } catch (RuntimeException | LinkageError failure) {
            LOG.atError()
                    .addKeyValue("mechanism", mechanism.name())
                    .setCause(failure)
                    .log("a sign-in provider failed");
            return Optional.of(new Rejected(
                    Reason.UNAVAILABLE, "provider failed: " + failure.getClass().getName()));
        }
    }

    private void record(AuditEvent.Origin origin, Rejected rejected) {
        audit.record(new AuditEvent.SignInRefused(
                origin, Optional.empty(), mechanisms.getFirst().name(), rejected.reason(), rejected.detail()));
    }
}
