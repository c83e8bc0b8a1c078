package io.gatehouse.jetty.grant;

import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.session.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Knows which session is the one of a grant for one session, and when it has ended. For one thread at a time.
 *
 * <p>The first session that lasts is the one session. Clients open channels that they close at once while they connect:
 * these are no session, but use a grant up some time after the first of them.
 */
final class OneSessionGrants {
    /** A channel that is open for longer is a session. */
    private static final Duration SESSION = Duration.ofSeconds(60);
    /** So long after its first channel a grant is used, when none is open. */
    private static final Duration CONNECTING = Duration.ofMinutes(10);

    private final AccessGrants grants;
    private final Clock clock;
    /** The one session, by the id of the grant. */
    private final Map<String, String> only = new HashMap<>();
    /** When the first channel was seen, by the id of the grant. */
    private final Map<String, Instant> firstSeen = new HashMap<>();

    OneSessionGrants(AccessGrants grants, Clock clock) {
        this.grants = grants;
        this.clock = clock;
    }

    /**
     * What a look at the sessions found.
     *
     * @param used grants that have had their session
     * @param changed whether a grant has its session now, and had none before
     */
    record Found(List<TemporaryGrant> used, boolean changed) {
        Found {
            used = List.copyOf(used);
        }
    }

    /** Looks at the sessions that are open now. */
    Found look(List<Session> sessions) {
        List<TemporaryGrant> once =
                grants.grants().stream().filter(TemporaryGrant::once).toList();
        Set<String> ids = once.stream().map(TemporaryGrant::id).collect(Collectors.toSet());
        only.keySet().retainAll(ids);
        firstSeen.keySet().retainAll(ids);
        int before = only.size();
        List<TemporaryGrant> used =
                once.stream().filter(grant -> isUsed(grant, sessions)).toList();
        return new Found(used, only.size() != before);
    }

    /** When the one session has ended, the grant is used, whatever else is open. */
    private boolean isUsed(TemporaryGrant grant, List<Session> sessions) {
        Instant now = clock.instant();
        List<Session> own = sessions.stream()
                .filter(session -> session.rule().equals(grant.ruleName()))
                .toList();
        Optional<String> one = Optional.ofNullable(only.get(grant.id()));
        if (one.isPresent()) {
            return own.stream().map(OneSessionGrants::key).noneMatch(one.get()::equals);
        }
        own.stream()
                .min(Comparator.comparing(Session::since))
                .filter(session -> session.since().isBefore(now.minus(SESSION)))
                .ifPresent(session -> {
                    only.put(grant.id(), key(session));
                    grants.use(grant.id());
                });
        if (!own.isEmpty()) {
            firstSeen.putIfAbsent(grant.id(), now);
        }
        Instant first = firstSeen.get(grant.id());
        return own.isEmpty() && first != null && first.isBefore(now.minus(CONNECTING));
    }

    /** A tunnel may have one channel after another. */
    private static String key(Session session) {
        return session.id() + " " + session.since();
    }
}
