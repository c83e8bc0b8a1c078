package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.ProviderSession;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A browser that signed in.
 *
 * @param id what its cookie says; a secret
 * @param csrf what its forms must say; a secret
 * @param tokens the sign-in that its tokens belong to ({@code sid})
 * @param identity whose it is
 * @param origin how they signed in, unless it was here and by a password or ticket alone
 * @param began when it signed in
 * @param ends when it ends at the latest
 */
public record PortalSession(
        String id,
        String csrf,
        String tokens,
        Identity identity,
        Optional<Origin> origin,
        Instant began,
        Instant ends) {

    /** How the user of a session signed in, if not here and by a password or ticket alone. */
    public sealed interface Origin {
        /**
         * Another site, to which the browser was sent.
         *
         * @param mechanism the id of the {@link io.gatehouse.api.PortalMechanism}
         * @param session the session there
         */
        record Elsewhere(String mechanism, ProviderSession session) implements Origin {}

        /**
         * Somebody in front of the portal, who must say so again with each request.
         *
         * @param mechanism the name of the {@link io.gatehouse.api.AssertionMechanism}
         */
        record InFront(String mechanism) implements Origin {}

        /**
         * The portal itself, by a password, and the certificate that is the session's second factor for as long as it
         * is good.
         *
         * @param chain the certificate, and those that came behind it
         */
        record WithCertificate(List<X509Certificate> chain) implements Origin {
            public WithCertificate {
                chain = List.copyOf(chain);
            }
        }
    }

    /** The session at the other site that began this one. */
    public Optional<Origin.Elsewhere> elsewhere() {
        return origin.filter(Origin.Elsewhere.class::isInstance).map(Origin.Elsewhere.class::cast);
    }

    /** Who in front of the portal stands for this session. */
    public Optional<Origin.InFront> inFront() {
        return origin.filter(Origin.InFront.class::isInstance).map(Origin.InFront.class::cast);
    }

    /** The certificate that is the second factor of this session, with those that came behind it; or nothing. */
    public List<X509Certificate> secondFactor() {
        return origin.filter(Origin.WithCertificate.class::isInstance)
                .map(Origin.WithCertificate.class::cast)
                .map(Origin.WithCertificate::chain)
                .orElse(List.of());
    }

    /** Whether the portal itself asked for the first factor. */
    public boolean isOwn() {
        return isOwn(origin);
    }

    /** The same of a session that does not exist yet. */
    public static boolean isOwn(Optional<Origin> origin) {
        return origin.isEmpty() || origin.get() instanceof Origin.WithCertificate;
    }

    /** The same session of the same user, whose second factor is no certificate. */
    PortalSession withoutCertificate() {
        return secondFactor().isEmpty()
                ? this
                : new PortalSession(id, csrf, tokens, identity, Optional.empty(), began, ends);
    }

    /** The same session of the same user, of whom more or less is known now. */
    public PortalSession of(Identity known) {
        return new PortalSession(id, csrf, tokens, known, origin, began, ends);
    }

    /** The same session with other secrets. */
    PortalSession under(String otherId, String otherCsrf) {
        return new PortalSession(otherId, otherCsrf, tokens, identity, origin, began, ends);
    }

    /** Whether its user proved more than one factor. */
    public boolean isMultiFactor() {
        return identity.proofs().contains(Identity.Proof.MULTI_FACTOR);
    }

    @Override
    public String toString() {
        return "PortalSession[" + tokens + "]";
    }
}
