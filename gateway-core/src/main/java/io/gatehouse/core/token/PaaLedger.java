package io.gatehouse.core.token;

import io.gatehouse.core.policy.AccountNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Remembers which tokens were used. A token is not for one tunnel only: clients open two or three for one connection, and come back
 * by themselves after the network failed. So it may be used
 *
 * <ul>
 *   <li>for the first time until it expires;
 *   <li>again within the reuse window after its first use;
 *   <li>again, as often as the limit says, while one of its tunnels is open or the last one ended within the reconnect window, for
 *       at most a total time after its first use, expired or not.
 * </ul>
 *
 * <p>Revocation ends all of that at once, open tunnels too. What is remembered is bounded: when there is no room for another token, it
 * is refused. Safe for use by many threads.
 */
public final class PaaLedger {
    private static final int MOST_TOKENS = 100_000;
    private static final int MOST_TUNNELS = 16;
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);

    /**
     * How long used tokens go on.
     *
     * @param reuse how long after its first use a token opens further tunnels as if it were the first
     * @param reconnect how long after its last tunnel ended a token may come back
     * @param reconnects how often it may come back
     * @param total how long after its first use it may come back at all
     * @param lifetime the longest time from minting to expiry
     */
    public record Limits(Duration reuse, Duration reconnect, int reconnects, Duration total, Duration lifetime) {}

    /** The answer to a token. */
    public sealed interface Use {
        /** It opens a tunnel, which must be {@link Ticket#close closed} when it ends. */
        record Admitted(Ticket ticket) implements Use {}

        /**
         * It does not.
         *
         * @param why for the audit log
         */
        record Refused(String why) implements Use {}
    }

    private final Limits limits;
    private final Clock clock;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Instant> revokedSessions = new HashMap<>();
    private final Map<String, Instant> revokedUsers = new HashMap<>();
    private Instant nextSweep = Instant.MIN;

    private static final class Entry {
        private final String session;
        private final String user;
        private final Instant expires;
        private final Instant firstUse;
        private final List<Ticket> open = new ArrayList<>();
        private Instant lastEnd;
        private int comebacks;
        private boolean revoked;

        Entry(PaaToken token, Instant now) {
            session = token.session();
            user = AccountNames.key(token.identity());
            expires = token.expires();
            firstUse = now;
            lastEnd = now;
        }
    }

    /** A ledger without tokens. */
    public PaaLedger(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Uses a verified token for one tunnel.
     *
     * @param revoked runs when the token is revoked while the tunnel is open; at most once, by the thread that revokes
     */
    public synchronized Use use(PaaToken token, Runnable revoked) {
        Instant now = clock.instant();
        sweep(now);
        if (revokedSessions.containsKey(token.session())) {
            return new Use.Refused("the sign-in that the token belongs to was ended");
        }
        Instant since = revokedUsers.get(AccountNames.key(token.identity()));
        if (since != null && !token.issuedAt().isAfter(since)) {
            return new Use.Refused("all tokens of the user were revoked at " + since);
        }
        Entry known = entries.get(token.id());
        Optional<String> refusal = known == null ? refusalOfNew(token, now) : refusalOfUsed(known, now);
        if (refusal.isPresent()) {
            return new Use.Refused(refusal.get());
        }
        Entry entry = entries.computeIfAbsent(token.id(), _ -> new Entry(token, now));
        if (now.isAfter(entry.firstUse.plus(limits.reuse()))) {
            entry.comebacks++;
        }
        Ticket ticket = new Ticket(entry, revoked);
        entry.open.add(ticket);
        return new Use.Admitted(ticket);
    }

    private Optional<String> refusalOfNew(PaaToken token, Instant now) {
        if (!now.isBefore(token.expires())) {
            return Optional.of("expired at " + token.expires());
        }
        return entries.size() >= MOST_TOKENS ? Optional.of("too many tokens are in use") : Optional.empty();
    }

    private Optional<String> refusalOfUsed(Entry entry, Instant now) {
        if (entry.revoked) {
            return Optional.of("revoked");
        }
        if (entry.open.size() >= MOST_TUNNELS) {
            return Optional.of("opens " + MOST_TUNNELS + " tunnels already");
        }
        if (!now.isAfter(entry.firstUse.plus(limits.reuse()))) {
            return Optional.empty();
        }
        if (now.isAfter(entry.firstUse.plus(limits.total()))) {
            return Optional.of("used before, at " + entry.firstUse + ", too long ago to come back");
        }
        if (entry.open.isEmpty() && now.isAfter(entry.lastEnd.plus(limits.reconnect()))) {
            return Optional.of(
                    "used before, and its last tunnel ended at " + entry.lastEnd + ", too long ago to come back");
        }
        return entry.comebacks >= limits.reconnects()
                ? Optional.of("came back " + limits.reconnects() + " times already")
                : Optional.empty();
    }

    /** Ends a token and its tunnels. */
    public void revoke(String id) {
        revoke(entry -> entries.get(id) == entry);
    }

    /** Ends all tokens of a sign-in, used or not, and their tunnels. */
    public void revokeSession(String session) {
        synchronized (this) {
            revokedSessions.put(session, clock.instant().plus(limits.lifetime()));
        }
        revoke(entry -> entry.session.equals(session));
    }

    /**
     * Ends all tokens that a user has by now, used or not, and their tunnels.
     *
     * @param account {@link AccountNames#key} of the user
     */
    public void revokeUser(String account) {
        synchronized (this) {
            revokedUsers.put(account, clock.instant());
        }
        revoke(entry -> entry.user.equals(account));
    }

    private void revoke(Predicate<Entry> which) {
        List<Ticket> cut = new ArrayList<>();
        synchronized (this) {
            for (Entry entry : entries.values()) {
                if (!entry.revoked && which.test(entry)) {
                    entry.revoked = true;
                    cut.addAll(entry.open);
                }
            }
        }
        cut.forEach(ticket -> ticket.revoked.run());
    }

    /** How many tokens are remembered. */
    synchronized int size() {
        sweep(clock.instant());
        return entries.size();
    }

    /** Forgets what could not be used any more even if it were unknown. */
    private void sweep(Instant now) {
        if (now.isBefore(nextSweep)) {
            return;
        }
        nextSweep = now.plus(BETWEEN_SWEEPS);
        entries.values()
                .removeIf(entry -> entry.open.isEmpty()
                        && !now.isBefore(entry.expires)
                        && (entry.revoked || now.isAfter(entry.lastEnd.plus(limits.reconnect()))));
        revokedSessions.values().removeIf(until -> now.isAfter(until));
        revokedUsers.values().removeIf(since -> now.isAfter(since.plus(limits.lifetime())));
    }

    /** One tunnel that a token opened. */
    public final class Ticket implements AutoCloseable {
        private final Entry entry;
        private final Runnable revoked;

        private Ticket(Entry entry, Runnable revoked) {
            this.entry = entry;
            this.revoked = revoked;
        }

        /** The tunnel ended. Doing so again changes nothing. */
        @Override
        public void close() {
            synchronized (PaaLedger.this) {
                if (entry.open.remove(this)) {
                    entry.lastEnd = clock.instant();
                }
            }
        }
    }
}
