package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.portal.PortalSession;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/** Asks whether a user with a session still has the account, before something is done in their name. */
final class CurrentAccounts {
    private final PortalServices services;

    CurrentAccounts(PortalServices services) {
        this.services = services;
    }

    /**
     * The user of {@code session} in the groups of now, whose account may still be used; empty when it was refused.
     * When the back end cannot be asked, what it or the sign-in said counts for as long as the interval between two
     * checks.
     */
    Optional<Identity> user(PortalExchange exchange, PortalSession session) {
        return user(exchange, session, (reason, status) -> exchange.refused(status, reason));
    }

    /** The same; {@code why} hears the status and the reason before the answer that refuses. */
    Optional<Identity> user(PortalExchange exchange, PortalSession session, ObjIntConsumer<String> why) {
        return switch (services.accounts().check(session.identity())) {
            case AccountVerdict.Active(Identity now) -> Optional.of(now);
            case AccountVerdict.NotCovered() -> Optional.of(session.identity());
            case AccountVerdict.Gone(String reason) -> {
                why.accept("the account is gone: " + reason, 403);
                exchange.plain(403, "access denied\n");
                yield Optional.empty();
            }
            case AccountVerdict.Unavailable(String reason, Optional<Duration> confirmedBefore) -> {
                Duration signedInBefore =
                        Duration.between(session.began(), services.clock().instant());
                if (services.accounts().isRecent(signedInBefore)
                        || confirmedBefore.filter(services.accounts()::isRecent).isPresent()) {
                    yield Optional.of(session.identity());
                }
                why.accept("the account cannot be checked: " + reason, 503);
                exchange.setHeader("Retry-After", "60");
                exchange.plain(503, "your account cannot be checked at the moment, try again in some minutes\n");
                yield Optional.empty();
            }
        };
    }
}
