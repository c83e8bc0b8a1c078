package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.ProviderSession;
import java.time.Instant;
import java.util.Optional;

/**
 * A browser that signed in.
 *
 * @param id what its cookie says; a secret
 * @param csrf what its forms must say; a secret
 * @param tokens the sign-in that its tokens belong to ({@code sid})
 * @param identity whose it is
 * @param origin who signed them in, when the portal did not do so itself
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

    /** How the user of a session signed in: at an identity provider, by a reverse proxy, or here. */
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
    }

    /** The session at the other site that began this one. */
    public Optional<Origin.Elsewhere> elsewhere() {
        return origin.filter(Origin.Elsewhere.class::isInstance).map(Origin.Elsewhere.class::cast);
    }

    /** Who in front of the portal stands for this session. */
    public Optional<Origin.InFront> inFront() {
        return origin.filter(Origin.InFront.class::isInstance).map(Origin.InFront.class::cast);
    }

    /** The same session of the same user, of whom more or less is known now. */
    PortalSession of(Identity known) {
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
