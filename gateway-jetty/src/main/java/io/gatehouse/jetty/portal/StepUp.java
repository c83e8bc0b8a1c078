package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.totp.SecondFactors;
import java.util.Optional;

/**
 * Says whose second factor is the portal's business: of users who signed in here, by password or ticket. An identity
 * provider or a reverse proxy that signed somebody in has asked for its own, or has not.
 */
final class StepUp {
    private final Optional<SecondFactors> factors;

    StepUp(PortalServices services) {
        this.factors = services.secondFactors();
    }

    /** Whether the user of {@code session} may have one-time codes. */
    boolean isOffered(PortalSession session) {
        return factors.isPresent() && session.isOwn();
    }

    /** Whether the user of {@code session} could prove more than now. */
    boolean isPossible(PortalSession session) {
        return isOffered(session) && !session.isMultiFactor();
    }

    /** Whether the user, of whom {@code now} is known, must do so first. */
    boolean isRequired(PortalSession session, Identity now) {
        return isPossible(session)
                && factors.filter(required -> required.isRequired(now)).isPresent();
    }

    /** Whether a user who has just proved a first factor must prove a second one to sign in. */
    boolean isRequired(Identity identity, Optional<PortalSession.Origin> origin) {
        return PortalSession.isOwn(origin)
                && !identity.proofs().contains(Identity.Proof.MULTI_FACTOR)
                && factors.filter(required -> required.isRequired(identity)).isPresent();
    }

    /** {@code identity} as rules would see it then. */
    static Identity proved(Identity identity) {
        return SecondFactors.proved(identity, false);
    }
}
