package io.gatehouse.core.token;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.core.account.AccountMap;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.AccountNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Remembers which tokens were used. A token is not for one tunnel only: clients open two or three for one connection,
 * and come back by themselves after the network failed. So it may be used
 *
 * <ul>
 *   <li>for the first time until it expires;
 *   <li>again within the reuse window after its first use;
 *   <li>again, as often as the limit says, while one of its tunnels is open or the last one ended within the reconnect
 *       window, for at most a total time after its first use, expired or not.
 * </ul>
 *
 * <p>All further uses must come from the source of the first one, unless users may roam: whoever copies a token is
 * somewhere else. Revocation ends all of that at once, open tunnels too.
 *
 * <p>Tokens that were made before the gateway started may have been used: they are refused, unless the gateway before
 * has left what it knew ({@link #leave}, {@link #resume}).
 *
 * <p>Windows are measured by a monotonic clock; the time of day is only compared with the dates in tokens. When it is
 * set back, tokens that were used and forgotten would be good once more: their ids are kept for {@link #CLOCK_STEP}
 * longer.
 *
 * <p>What is remembered is bounded: when there is no room for another token, it is refused. Safe for use by many
 * threads.
 */
public final class PaaLedger {
    private static final int MOST_TOKENS = 100_000;
    private static final int MOST_TUNNELS = 16;
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);
    /** By how much the time of day may be set back without making a used token fresh. */
    private static final Duration CLOCK_STEP = Duration.ofHours(2);
    /** A gateway that was away longer begins anew: until then, a disk that was put back makes used tokens fresh. */
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(5);

    private static final int MOST_GAPS = 32;

    /**
     * How long used tokens go on.
     *
     * @param reuse how long after its first use a token opens further tunnels as if it were the first
     * @param reconnect how long after its last tunnel ended a token may come back
     * @param reconnects how often it may come back
     * @param total how long after its first use it may come back at all
     * @param lifetime the longest time from minting to expiry
     * @param roaming whether a used token may come from another source than it came from first
     */
    public record Limits(
            Duration reuse, Duration reconnect, int reconnects, Duration total, Duration lifetime, boolean roaming) {}

    /** What the ledger answers when a token is used. */
    public sealed interface Use {
        /**
         * It opens a tunnel.
         *
         * @param ticket must be {@link Ticket#close closed} when the tunnel ends
         * @param remark for the audit log, when the token comes from another source than before
         */
        record Admitted(Ticket ticket, Optional<String> remark) implements Use {}

        /**
         * It does not.
         *
         * @param reason the kind of refusal
         * @param why for the audit log
         */
        record Refused(Reason reason, String why) implements Use {}
    }

    private final Limits limits;
    private final Clock clock;
    private final MonotonicClock time;
    /** Since when every use is known. */
    private Instant began;
    /** When no gateway ran since then, or none that has left what it knew; the oldest first. */
    private final List<TokenMemory.Gap> gaps = new ArrayList<>();

    private final Map<String, Entry> entries = new HashMap<>();
    /** The ids of forgotten tokens, the oldest first, and until when they are kept, by the monotonic clock. */
    private final LinkedHashMap<String, Long> spent = new LinkedHashMap<>();

    private final Map<String, Long> revokedSessions = new HashMap<>();
    private final AccountMap<Revocation> revokedUsers = new AccountMap<>();
    private long lastSweep;

    /**
     * What was revoked of a user.
     *
     * @param since the tokens that were made until then
     * @param keptUntil by the monotonic clock
     */
    private record Revocation(Instant since, long keptUntil) {}

    private final class Entry {
        private final String id;
        private final Instant issuedAt;
        private final String session;
        private final Identity user;
        private final Source source;
        private final Instant expires;
        private final Instant firstUse;
        private final long firstUseTick;
        private final List<Ticket> open = new ArrayList<>();
        private Instant lastEnd;
        private long lastEndTick;
        private int comebacks;
        private boolean revoked;
        private boolean timedOut;

        /** One of the gateway before, which ended {@code elapsed} ago. */
        Entry(TokenMemory.Used used, Duration elapsed) {
            id = used.id();
            issuedAt = used.issuedAt();
            session = used.session();
            user = used.user();
            source = used.source();
            expires = used.expires();
            firstUse = used.firstUse();
            firstUseTick = time.nanos() - used.sinceFirstUse().plus(elapsed).toNanos();
            lastEnd = used.lastEnd();
            lastEndTick = time.nanos() - used.sinceLastEnd().plus(elapsed).toNanos();
            comebacks = used.comebacks();
            revoked = used.revoked();
            timedOut = used.timedOut();
        }

        /** The end of a gateway is the end of its tunnels. */
        TokenMemory.Used leave(Instant now, long tick) {
            boolean isOpen = !open.isEmpty();
            return new TokenMemory.Used(
                    id,
                    session,
                    AccountNames.withoutGroups(user),
                    source,
                    issuedAt,
                    expires,
                    firstUse,
                    since(firstUseTick, tick),
                    isOpen ? now : lastEnd,
                    isOpen ? Duration.ZERO : since(lastEndTick, tick),
                    comebacks,
                    revoked,
                    timedOut);
        }

        Entry(PaaToken token, Source source) {
            id = token.id();
            issuedAt = token.issuedAt();
            session = token.session();
            user = token.identity();
            this.source = source;
            expires = token.expires();
            firstUse = clock.instant();
            firstUseTick = time.nanos();
            lastEnd = firstUse;
            lastEndTick = firstUseTick;
        }
    }

    /**
     * A ledger without tokens. Tokens that were made before are refused.
     *
     * @param clock the time of day, for the dates in tokens
     * @param time for windows
     */
    public PaaLedger(Limits limits, Clock clock, MonotonicClock time) {
        this.limits = limits;
        this.clock = clock;
        this.time = time;
        this.began = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        this.lastSweep = time.nanos();
    }

    /**
     * Refuses all tokens that were made until now, since a gateway before may have taken them. Dates of tokens are in
     * whole seconds, so those that are made in the rest of this second are refused, too.
     *
     * @return the rest of this second
     */
    public synchronized Duration begin() {
        Instant now = clock.instant();
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        began = second.equals(now) ? now : second.plusSeconds(1);
        return Duration.between(now, began);
    }

    /** All that it knows now, for the next gateway. */
    public synchronized TokenMemory.Ended leave() {
        sweep();
        Instant now = clock.instant();
        long tick = time.nanos();
        return new TokenMemory.Ended(
                began,
                now,
                gaps,
                entries.values().stream().map(entry -> entry.leave(now, tick)).toList(),
                marks(spent, tick),
                marks(revokedSessions, tick),
                revokedUsers
                        .entries()
                        .map(user -> new TokenMemory.RevokedUser(
                                user.account(),
                                user.value().since(),
                                since(tick, user.value().keptUntil())))
                        .toList());
    }

    private static List<TokenMemory.Mark> marks(Map<String, Long> untils, long tick) {
        return untils.entrySet().stream()
                .map(until -> new TokenMemory.Mark(until.getKey(), since(tick, until.getValue())))
                .toList();
    }

    /** From one moment of the monotonic clock to another; nothing when that comes first. */
    private static Duration since(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }

    /**
     * Goes on with what the gateway before knew. Tokens that nobody can have known, which were made between its end and
     * this start, are refused as before.
     *
     * @return why that cannot be used; then nothing has changed
     */
    public synchronized Optional<String> resume(TokenMemory.Ended before) {
        Instant now = clock.instant();
        if (before.saved().isAfter(now) || before.began().isAfter(before.saved())) {
            return Optional.of("written at " + before.saved() + ", and it is " + now + ": the clock was set back");
        }
        Duration elapsed = Duration.between(before.saved(), now);
        if (elapsed.compareTo(LONGEST_ABSENCE) > 0) {
            return Optional.of("written at " + before.saved() + ", which is longer ago than "
                    + LONGEST_ABSENCE.toMinutes() + " minutes");
        }
        if (before.used().size() > MOST_TOKENS || before.spent().size() > MOST_TOKENS) {
            return Optional.of("more than " + MOST_TOKENS + " tokens");
        }
        long tick = time.nanos();
        began = before.began();
        gaps.addAll(before.gaps());
        gaps.add(new TokenMemory.Gap(
                before.saved().truncatedTo(ChronoUnit.SECONDS), now.truncatedTo(ChronoUnit.SECONDS)));
        while (gaps.size() > MOST_GAPS) {
            began = gaps.removeFirst().until();
        }
        before.used().forEach(used -> entries.put(used.id(), new Entry(used, elapsed)));
        before.spent().forEach(mark -> spent.put(mark.id(), until(mark.left(), elapsed, tick)));
        before.endedSignIns().forEach(mark -> revokedSessions.put(mark.id(), until(mark.left(), elapsed, tick)));
        before.revokedUsers()
                .forEach(user -> revokedUsers.put(
                        user.account(), new Revocation(user.since(), until(user.left(), elapsed, tick))));
        return Optional.empty();
    }

    private static long until(Duration left, Duration elapsed, long tick) {
        return tick + left.minus(elapsed).toNanos();
    }

    /**
     * Uses a verified token for one tunnel.
     *
     * @param source where it came from
     * @param revoked runs when the token is revoked while the tunnel is open; at most once, by the thread that revokes
     */
    public synchronized Use use(PaaToken token, Source source, Runnable revoked) {
        Optional<Use.Refused> refusal = refusal(token, source);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Entry entry = entries.computeIfAbsent(token.id(), _ -> new Entry(token, source));
        if (isOver(entry.firstUseTick, limits.reuse())) {
            entry.comebacks++;
        }
        Ticket ticket = new Ticket(entry, revoked);
        entry.open.add(ticket);
        return new Use.Admitted(
                ticket,
                entry.source.equals(source)
                        ? Optional.empty()
                        : Optional.of("the token was used first from " + entry.source));
    }

    /** Why {@code token} would be refused now; empty when it would be admitted. Does not use it. */
    public synchronized Optional<Use.Refused> refusal(PaaToken token, Source source) {
        sweep();
        if (revokedSessions.containsKey(token.session())) {
            return Optional.of(expired("the sign-in that the token belongs to was ended"));
        }
        Optional<Instant> revoked = revokedUsers
                .of(token.identity())
                .map(Revocation::since)
                .filter(since -> !token.issuedAt().isAfter(since))
                .max(Comparator.naturalOrder());
        if (revoked.isPresent()) {
            return Optional.of(expired("all tokens of the user were revoked at " + revoked.get()));
        }
        Entry known = entries.get(token.id());
        return known == null ? refusalOfNew(token) : refusalOfUsed(known, source);
    }

    private static Use.Refused expired(String why) {
        return new Use.Refused(Reason.EXPIRED, why);
    }

    private Optional<Use.Refused> refusalOfNew(PaaToken token) {
        if (!clock.instant().isBefore(token.expires())) {
            return Optional.of(expired("expired at " + token.expires()));
        }
        if (spent.containsKey(token.id())) {
            return Optional.of(expired("used before, too long ago to come back"));
        }
        if (token.issuedAt().isBefore(began)) {
            return Optional.of(expired("made at " + token.issuedAt() + ", before the gateway started at " + began
                    + ": it may have been used before"));
        }
        Optional<TokenMemory.Gap> gap =
                gaps.stream().filter(each -> each.contains(token.issuedAt())).findFirst();
        if (gap.isPresent()) {
            return Optional.of(expired("made at " + token.issuedAt() + ", and what was used is not known from "
                    + gap.get().from() + " to " + gap.get().until() + ", when no gateway ran"));
        }
        return entries.size() >= MOST_TOKENS
                ? Optional.of(new Use.Refused(Reason.REFUSED, "too many tokens are in use"))
                : Optional.empty();
    }

    private Optional<Use.Refused> refusalOfUsed(Entry entry, Source source) {
        if (entry.revoked) {
            return Optional.of(expired("revoked"));
        }
        if (entry.timedOut) {
            return Optional.of(expired("its session has timed out: a new sign-in is needed"));
        }
        if (!limits.roaming() && !entry.source.equals(source)) {
            return Optional.of(new Use.Refused(
                    Reason.REFUSED,
                    "used first from " + entry.source + " and now from " + source
                            + " (a copy, or a user who roams; roaming = true lets them)"));
        }
        if (entry.open.size() >= MOST_TUNNELS) {
            return Optional.of(expired("opens " + MOST_TUNNELS + " tunnels already"));
        }
        if (!isOver(entry.firstUseTick, limits.reuse())) {
            return Optional.empty();
        }
        if (isOver(entry.firstUseTick, limits.total())) {
            return Optional.of(expired("used before, at " + entry.firstUse + ", too long ago to come back"));
        }
        if (entry.open.isEmpty() && isOver(entry.lastEndTick, limits.reconnect())) {
            return Optional.of(expired(
                    "used before, and its last tunnel ended at " + entry.lastEnd + ", too long ago to come back"));
        }
        return entry.comebacks >= limits.reconnects()
                ? Optional.of(expired("came back " + limits.reconnects() + " times already"))
                : Optional.empty();
    }

    private boolean isOver(long since, Duration window) {
        return time.nanos() - since > window.toNanos();
    }

    /** Ends a token and its tunnels. */
    public void revoke(String id) {
        revoke(entry -> entries.get(id) == entry);
    }

    /** Ends all tokens of a sign-in, used or not, and their tunnels. */
    public void revokeSession(String session) {
        synchronized (this) {
            revokedSessions.put(session, memory());
        }
        revoke(entry -> entry.session.equals(session));
    }

    /** Ends all tokens that were made for an account by now, used or not, and their tunnels. */
    public void revokeUser(AccountScope account) {
        synchronized (this) {
            revokedUsers.put(account, new Revocation(clock.instant(), memory()));
        }
        revoke(entry -> account.includes(entry.user));
    }

    /**
     * The same for tokens that were made until {@code until}, when a gateway before this one was told to end the user.
     */
    public void revokeUser(AccountScope account, Instant until) {
        synchronized (this) {
            Instant latest = revokedUsers
                    .get(account)
                    .map(Revocation::since)
                    .filter(until::isBefore)
                    .orElse(until);
            revokedUsers.put(account, new Revocation(latest, memory()));
        }
        revoke(entry -> account.includes(entry.user) && !entry.issuedAt.isAfter(until));
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

    /** How many tokens are remembered with their tunnels. */
    synchronized int size() {
        sweep();
        return entries.size();
    }

    /**
     * Until when something about tokens that were made until now is kept, so that no step of the clock brings them
     * back.
     */
    private long memory() {
        return time.nanos() + limits.lifetime().plus(CLOCK_STEP).toNanos();
    }

    /**
     * Forgets what could not be used any more even if it were unknown; of what was used, the id is kept for a while.
     */
    private void sweep() {
        if (!isOver(lastSweep, BETWEEN_SWEEPS)) {
            return;
        }
        long tick = time.nanos();
        lastSweep = tick;
        Instant now = clock.instant();
        entries.values().removeIf(entry -> {
            boolean over = entry.open.isEmpty()
                    && !now.isBefore(entry.expires)
                    && (entry.revoked || entry.timedOut || isOver(entry.lastEndTick, limits.reconnect()));
            if (over) {
                spent.put(entry.id, memory());
            }
            return over;
        });
        spent.values().removeIf(until -> tick - until > 0);
        while (spent.size() > MOST_TOKENS) {
            spent.pollFirstEntry();
        }
        revokedSessions.values().removeIf(until -> tick - until > 0);
        revokedUsers.removeIf(revocation -> tick - revocation.keptUntil() > 0);
    }

    /** One tunnel that a token opened. */
    public final class Ticket implements AutoCloseable {
        private final Entry entry;
        private final Runnable revoked;

        private Ticket(Entry entry, Runnable revoked) {
            this.entry = entry;
            this.revoked = revoked;
        }

        /** When the token was made; nobody has signed in for it since. */
        public Instant issuedAt() {
            return entry.issuedAt;
        }

        /** The session of the tunnel has timed out: the token opens no other. Those that it opened before go on. */
        public void timedOut() {
            synchronized (PaaLedger.this) {
                entry.timedOut = true;
            }
        }

        /** The tunnel ended. Doing so again changes nothing. */
        @Override
        public void close() {
            synchronized (PaaLedger.this) {
                if (entry.open.remove(this)) {
                    entry.lastEnd = clock.instant();
                    entry.lastEndTick = time.nanos();
                }
            }
        }
    }
}
