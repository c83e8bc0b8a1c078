package io.gatehouse.core.token;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.net.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one gateway leaves to the next about used tokens. While a gateway runs, there is only the name of its process: a
 * gateway that crashed leaves nothing that would be out of date, and tokens from before are refused then.
 */
public sealed interface TokenMemory {
    /**
     * A gateway that runs, or that crashed.
     *
     * @param process tells it from all others
     */
    record Running(String process) implements TokenMemory {}

    /**
     * All that a {@link PaaLedger} knew when its gateway ended. Times that are measured by a monotonic clock are
     * durations until then, since the next process has another clock.
     *
     * @param began since when every use of a token is known
     * @param saved when the gateway ended
     * @param gaps since {@code began}, when no use is known
     * @param used the tokens that may come back, and those that have not expired
     * @param spent the ids of other used tokens
     * @param endedSignIns the sign-ins whose tokens were revoked
     * @param revokedUsers the accounts whose tokens were revoked
     */
    record Ended(
            Instant began,
            Instant saved,
            List<Gap> gaps,
            List<Used> used,
            List<Mark> spent,
            List<Mark> endedSignIns,
            List<RevokedUser> revokedUsers)
            implements TokenMemory {
        public Ended {
            gaps = List.copyOf(gaps);
            used = List.copyOf(used);
            spent = List.copyOf(spent);
            endedSignIns = List.copyOf(endedSignIns);
            revokedUsers = List.copyOf(revokedUsers);
        }
    }

    /**
     * A time in which no gateway ran, or none that has left what it knew.
     *
     * @param from in whole seconds as the dates of tokens are; tokens that were made then are known
     * @param until likewise
     */
    record Gap(Instant from, Instant until) {
        boolean contains(Instant time) {
            return time.isAfter(from) && time.isBefore(until);
        }
    }

    /**
     * A used token.
     *
     * @param user their names; nothing else of the identity is kept
     * @param source where it came from first
     * @param sinceFirstUse from its first use to the end of the gateway
     * @param sinceLastEnd from the end of its last tunnel to the end of the gateway
     * @param comebacks how often it came back
     */
    record Used(
            String id,
            String session,
            Identity user,
            Source source,
            Instant issuedAt,
            Instant expires,
            Instant firstUse,
            Duration sinceFirstUse,
            Instant lastEnd,
            Duration sinceLastEnd,
            int comebacks,
            boolean revoked,
            boolean timedOut) {}

    /**
     * Something that is remembered for a while.
     *
     * @param left how much longer
     */
    record Mark(String id, Duration left) {}

    /**
     * Tokens of an account that were made until {@code since} are revoked.
     *
     * @param left how much longer this is remembered
     */
    record RevokedUser(AccountScope account, Instant since, Duration left) {}
}
