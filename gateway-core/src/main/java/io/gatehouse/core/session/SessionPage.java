package io.gatehouse.core.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A part of a list of sessions.
 *
 * @param sessions in order
 * @param matched how many there are in all that the filter accepts
 * @param next where the next page begins; empty for the last one
 */
public record SessionPage(List<Session> sessions, int matched, Optional<SessionCursor> next) {
    public SessionPage {
        sessions = List.copyOf(sessions);
    }

    private record Keyed(String key, Session session) {}

    /**
     * Cuts a page out of {@code all}. Sessions that begin or end between two pages neither repeat nor hide another one.
     * One whose key changes meanwhile (idle time, bytes) may be on both or none.
     *
     * @param limit the most sessions of a page
     * @param after where it begins; must be of the same order
     */
    public static SessionPage of(
            Collection<Session> all,
            Predicate<Session> filter,
            SessionOrder order,
            int limit,
            Optional<SessionCursor> after) {
        List<Keyed> matching = new ArrayList<>();
        for (Session session : all) {
            if (filter.test(session)) {
                matching.add(new Keyed(order.key(session), session));
            }
        }
        matching.sort(Comparator.comparing(Keyed::key)
                .thenComparing(keyed -> keyed.session().id()));
        List<Keyed> rest = after.isEmpty()
                ? matching
                : matching.stream()
                        .filter(keyed -> after.get()
                                .isBefore(keyed.key(), keyed.session().id()))
                        .toList();
        List<Keyed> page = rest.subList(0, Math.min(limit, rest.size()));
        Optional<SessionCursor> next = rest.size() > limit
                ? Optional.of(new SessionCursor(
                        order, page.getLast().key(), page.getLast().session().id()))
                : Optional.empty();
        return new SessionPage(page.stream().map(Keyed::session).toList(), matching.size(), next);
    }
}
