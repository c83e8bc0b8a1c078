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
 * @param origin the session at the site that signed them in
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

    /**
     * A session at another site.
     *
     * @param mechanism the id of the {@link io.gatehouse.api.PortalMechanism}
     * @param session the session there
     */
    public record Origin(String mechanism, ProviderSession session) {}

    @Override
    public String toString() {
        return "PortalSession[" + tokens + "]";
    }
}
