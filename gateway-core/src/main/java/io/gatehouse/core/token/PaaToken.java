package io.gatehouse.core.token;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a PAA token says. It opens its targets and nothing else, and the policy is asked as well whenever it is used.
 *
 * @param id tells it from all others ({@code jti})
 * @param session the sign-in that it was made in ({@code sid}); ending that ends the token
 * @param identity who it was made for
 * @param targets what it opens; never empty
 * @param issuedAt when it was made, in whole seconds
 * @param expires until when it may be used for the first time, in whole seconds
 * @param client the address of the browser that it was made for
 * @param desktop the name of the portal's desktop that it was made for
 */
public record PaaToken(
        String id,
        String session,
        Identity identity,
        Set<Target> targets,
        Instant issuedAt,
        Instant expires,
        Optional<InetAddress> client,
        Optional<String> desktop) {
    /** A token that was not made for a desktop of the portal. */
    public PaaToken(
            String id,
            String session,
            Identity identity,
            Set<Target> targets,
            Instant issuedAt,
            Instant expires,
            Optional<InetAddress> client) {
        this(id, session, identity, targets, issuedAt, expires, client, Optional.empty());
    }

    public PaaToken {
        targets = Set.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("token without a target");
        }
    }

    /** The same token, whose user goes by another name. */
    PaaToken of(Identity known) {
        return new PaaToken(id, session, known, targets, issuedAt, expires, client, desktop);
    }
}
