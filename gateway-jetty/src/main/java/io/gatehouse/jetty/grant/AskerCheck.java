package io.gatehouse.jetty.grant;

import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks when a request is approved whether its user may still ask: accounts are disabled and taken out of groups while
 * requests wait. Where no back end tells about an account, what its sign-in said when the user asked counts.
 */
final class AskerCheck {
    private final GrantSettings settings;
    private final AccountChecks accounts;
    private final Clock clock;

    AskerCheck(GrantSettings settings, AccountChecks accounts, Clock clock) {
        this.settings = settings;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** Why {@code request} cannot be granted; empty when it can. May take the time of a back end. */
    Optional<GrantAnswer.Refused> obstacle(AccessRequest request) {
        return switch (accounts.check(request.asker())) {
            case AccountVerdict.Active(var now) -> settings.mayAsk(now) ? Optional.empty() : mayNotAsk();
            case AccountVerdict.NotCovered() -> settings.mayAsk(request.asker()) ? Optional.empty() : mayNotAsk();
            case AccountVerdict.Gone(String reason) -> gone("the account of the user is gone: " + reason);
            case AccountVerdict.Unavailable(String reason, Optional<Duration> confirmedBefore) -> {
                Duration age = Duration.between(request.at(), clock.instant());
                if (accounts.isRecent(age)
                        || confirmedBefore.filter(accounts::isRecent).isPresent()) {
                    yield settings.mayAsk(request.asker()) ? Optional.empty() : mayNotAsk();
                }
                yield Optional.of(
                        new GrantAnswer.Refused(503, "the account of the user cannot be checked now: " + reason));
            }
        };
    }

    /**
     * Why nobody seems to have {@code account}, an {@link io.gatehouse.core.text.AccountNames#key}; empty for accounts
     * of domains. May take the time of a back end.
     */
    Optional<String> doubt(String account) {
        return account.startsWith("\\") ? accounts.unknown(account.substring(1)) : Optional.empty();
    }

    private static Optional<GrantAnswer.Refused> mayNotAsk() {
        return gone("the user may not ask for a desktop any more");
    }

    private static Optional<GrantAnswer.Refused> gone(String why) {
        return Optional.of(new GrantAnswer.Refused(410, why));
    }
}
