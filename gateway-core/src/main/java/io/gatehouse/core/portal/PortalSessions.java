package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.formats.digest.RandomIds;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The browsers that are signed in. A session ends after some time without a request, after some time altogether, by
 * signing out, and when its user begins one too many: then the one that was silent longest goes. Only signing out
 * reaches beyond the session. Safe for use by many threads.
 */
public final class PortalSessions {
    /** Bytes of an id. */
    private static final int ID_BYTES = 32;

    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(30);

    /**
     * Bounds.
     *
     * @param idle a session ends after this time without a request
     * @param total a session ends after this time
     * @param perUser sessions of one user at once
     * @param inAll sessions at once
     */
    public record Limits(Duration idle, Duration total, int perUser, int inAll) {}

    private static final class Entry {
        private PortalSession session;
        private final String user;
        private Instant lastSeen;
        /** Where its browser asked from last. */
        private Optional<Source> at = Optional.empty();

        Entry(PortalSession session, Instant now) {
            this.session = session;
            this.user = AccountNames.key(session.identity());
            this.lastSeen = now;
        }
    }

    private final Limits limits;
    private final Clock clock;
    private final SecureRandom random;
    private final Consumer<PortalSession> ended;
    private final Map<String, Entry> entries = new HashMap<>();
    private Instant nextSweep = Instant.MIN;

    /**
     * No sessions.
     *
     * @param ended hears of every session that is signed out, by the thread that does so
     */
    public PortalSessions(Limits limits, Clock clock, SecureRandom random, Consumer<PortalSession> ended) {
        this.limits = limits;
        this.clock = clock;
        this.random = random;
        this.ended = ended;
    }

    /** A new session; empty when there are too many in all. */
    public Optional<PortalSession> begin(Identity identity, Optional<PortalSession.Origin> origin) {
        return begin(identity, origin, limits.total());
    }

    /** A new session that ends after {@code longest} at the latest; empty when there are too many in all. */
    public synchronized Optional<PortalSession> begin(
            Identity identity, Optional<PortalSession.Origin> origin, Duration longest) {
        Duration total = longest.compareTo(limits.total()) < 0 ? longest : limits.total();
        Instant now = clock.instant();
        sweep(now, entries.size() >= limits.inAll());
        PortalSession session =
                new PortalSession(secret(), secret(), "portal-" + secret(), identity, origin, now, now.plus(total));
        Entry entry = new Entry(session, now);
        List<Entry> own = entries.values().stream()
                .filter(other -> other.user.equals(entry.user))
                .sorted((one, other) -> one.lastSeen.compareTo(other.lastSeen))
                .toList();
        for (int i = 0; i <= own.size() - limits.perUser(); i++) {
            entries.remove(own.get(i).session.id());
        }
        if (entries.size() >= limits.inAll()) {
            return Optional.empty();
        }
        entries.put(session.id(), entry);
        return Optional.of(session);
    }

    /** The live session of that id, which counts as used now. */
    public synchronized Optional<PortalSession> find(String id) {
        Instant now = clock.instant();
        sweep(now, false);
        Entry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        if (isOver(entry, now)) {
            entries.remove(id);
            return Optional.empty();
        }
        entry.lastSeen = now;
        return Optional.of(entry.session);
    }

    /** The same, asked for by a browser at {@code from}. */
    public synchronized Optional<PortalSession> find(String id, InetAddress from) {
        Optional<PortalSession> found = find(id);
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.at = Optional.of(new Source(from));
        }
        return found;
    }

    /**
     * The live sessions of an account.
     *
     * @param user of the same provider
     * @param at where the browser must have asked from last
     */
    public synchronized List<PortalSession> of(Identity user, Optional<Source> at) {
        Instant now = clock.instant();
        String account = AccountNames.key(user);
        return entries.values().stream()
                .filter(entry -> entry.user.equals(account) && !isOver(entry, now))
                .filter(entry -> at.isEmpty() || entry.at.equals(at))
                .map(entry -> entry.session)
                .filter(session -> session.identity().provider().equals(user.provider()))
                .toList();
    }

    /** The live session of that id, of which the page that asks does so by itself: it goes on being idle. */
    public synchronized Optional<PortalSession> glance(String id) {
        Instant now = clock.instant();
        return Optional.ofNullable(entries.get(id))
                .filter(entry -> !isOver(entry, now))
                .map(entry -> entry.session);
    }

    /** The users of live sessions, once for each session. */
    public synchronized List<Identity> users() {
        Instant now = clock.instant();
        return entries.values().stream()
                .filter(entry -> !isOver(entry, now))
                .map(entry -> entry.session.identity())
                .toList();
    }

    /** How many sessions {@code identity} has. */
    public synchronized int count(Identity identity) {
        Instant now = clock.instant();
        String user = AccountNames.key(identity);
        return (int) entries.values().stream()
                .filter(entry -> entry.user.equals(user) && !isOver(entry, now))
                .count();
    }

    /** Ends one. */
    public void end(PortalSession session) {
        endAll(other -> other.id().equals(session.id()));
    }

    /** Ends all of {@code identity}. */
    public void endAll(Identity identity) {
        String user = AccountNames.key(identity);
        endAll(session -> AccountNames.key(session.identity()).equals(user));
    }

    /** Ends those that {@code which} says, and returns them. */
    public List<PortalSession> endAll(Predicate<PortalSession> which) {
        List<PortalSession> over = forgetAll(which);
        over.forEach(ended);
        return over;
    }

    /** Ends those that {@code which} says as if their time were over: what was made in them goes on. */
    public synchronized List<PortalSession> forgetAll(Predicate<PortalSession> which) {
        List<PortalSession> over = new ArrayList<>();
        entries.values().removeIf(entry -> {
            boolean goes = which.test(entry.session);
            if (goes) {
                over.add(entry.session);
            }
            return goes;
        });
        return over;
    }

    /**
     * Remembers what is known of the user of {@code session} now.
     *
     * @return the session as it is from now on; empty when it has ended, or when {@code known} is somebody else
     */
    public synchronized Optional<PortalSession> renew(PortalSession session, Identity known) {
        Entry entry = entries.get(session.id());
        if (entry == null || !entry.user.equals(AccountNames.key(known))) {
            return Optional.empty();
        }
        if (!entry.session.identity().equals(known)) {
            entry.session = entry.session.of(known);
        }
        return Optional.of(entry.session);
    }

    /**
     * Remembers that the user of {@code session} proved more: under a new id, so that who knew the old one has no part
     * in it. What was made in the session stays its own.
     *
     * @return empty when it has ended, or when {@code proved} is somebody else
     */
    public synchronized Optional<PortalSession> raise(PortalSession session, Identity proved) {
        Entry entry = entries.get(session.id());
        if (entry == null || !entry.user.equals(AccountNames.key(proved))) {
            return Optional.empty();
        }
        entries.remove(session.id());
        entry.session = entry.session.under(secret(), secret()).of(proved).withoutCertificate();
        entries.put(entry.session.id(), entry);
        return Optional.of(entry.session);
    }

    /**
     * Remembers that the certificate that was the second factor of {@code session} is good no more.
     *
     * @param without the user without the second factor
     * @return empty when the session has ended, has another second factor by now, or {@code without} is somebody else
     */
    public synchronized Optional<PortalSession> lower(PortalSession session, Identity without) {
        Entry entry = entries.get(session.id());
        if (entry == null || entry.session.secondFactor().isEmpty() || !entry.user.equals(AccountNames.key(without))) {
            return Optional.empty();
        }
        entry.session = entry.session.of(without).withoutCertificate();
        return Optional.of(entry.session);
    }

    private boolean isOver(Entry entry, Instant now) {
        return !now.isBefore(entry.session.ends()) || !now.isBefore(entry.lastSeen.plus(limits.idle()));
    }

    private void sweep(Instant now, boolean always) {
        if (always || !now.isBefore(nextSweep)) {
            nextSweep = now.plus(BETWEEN_SWEEPS);
            entries.values().removeIf(entry -> isOver(entry, now));
        }
    }

    private String secret() {
        return RandomIds.next(random, ID_BYTES);
    }
}
