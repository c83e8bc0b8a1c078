package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.formats.digest.RandomIds;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Questions to administrators that are open: each belongs to one session and one action, and is answered once within
 * some minutes, so that a form that was sent does nothing when it is sent again. Also keeps what the next page of a
 * session says about the last answer. Bounded; safe for use by many threads.
 */
final class Confirmations {
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int ID_BYTES = 32;
    private static final int MOST_OF_A_SESSION = 32;
    private static final int MOST_SESSIONS = 1000;

    private final Clock clock;
    private final SecureRandom random;
    private final LinkedHashMap<String, OfSession> sessions = new LinkedHashMap<>();

    /**
     * An action that waits for its answer.
     *
     * @param operation what the admin API calls it
     * @param id of the session or grant that it is about; may be empty
     * @param user the account that it is about; may be empty
     */
    record Question(String operation, String id, String user) {}

    private record Open(Question question, Instant until) {}

    private static final class OfSession {
        private final LinkedHashMap<String, Open> open = new LinkedHashMap<>();
        private Instant until = Instant.MIN;
        private Optional<Notice> notice = Optional.empty();
    }

    /**
     * What was done.
     *
     * @param operation what the admin API calls it
     * @param detail what the audit line says
     */
    record Notice(String operation, String detail) {}

    Confirmations(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** Opens a question; its id is a secret of the page that asks it. */
    synchronized String ask(PortalSession session, Question question) {
        OfSession own = of(session);
        String id = RandomIds.next(random, ID_BYTES);
        own.open.put(id, new Open(question, clock.instant().plus(LIFE)));
        removeFirst(own.open, MOST_OF_A_SESSION);
        return id;
    }

    /** The question of that id, which is closed from then on. */
    synchronized Optional<Question> answer(PortalSession session, String id) {
        return Optional.ofNullable(sessions.get(session.id()))
                .flatMap(own -> Optional.ofNullable(own.open.remove(id)))
                .filter(open -> clock.instant().isBefore(open.until()))
                .map(Open::question);
    }

    /** Keeps what the next page of {@code session} says. */
    synchronized void tell(PortalSession session, Notice notice) {
        of(session).notice = Optional.of(notice);
    }

    /** What this page of a session says about the last action of {@code user}, once; a renewal says nothing. */
    Optional<AdminViews.Notice> notice(PortalExchange exchange, AdminUser user) {
        return exchange.isRefresh()
                ? Optional.empty()
                : told(user.session())
                        .map(told -> new AdminViews.Notice(
                                exchange.messages().text("admin." + told.operation() + ".done"),
                                ShownText.of(told.detail())));
    }

    private synchronized Optional<Notice> told(PortalSession session) {
        OfSession own = sessions.get(session.id());
        if (own == null) {
            return Optional.empty();
        }
        Optional<Notice> notice = own.notice;
        own.notice = Optional.empty();
        return notice;
    }

    private OfSession of(PortalSession session) {
        Instant now = clock.instant();
        sessions.values().removeIf(other -> now.isAfter(other.until));
        OfSession own = sessions.computeIfAbsent(session.id(), _ -> new OfSession());
        own.until = now.plus(LIFE);
        removeFirst(sessions, MOST_SESSIONS);
        return own;
    }

    private static <V> void removeFirst(Map<String, V> map, int most) {
        Iterator<String> ids = map.keySet().iterator();
        while (map.size() > most) {
            ids.next();
            ids.remove();
        }
    }
}
