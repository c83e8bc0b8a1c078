package io.gatehouse.core.ticket;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A part of the tickets that are good, the newest first.
 *
 * @param tickets in order
 * @param matched how many there are in all that the filter accepts
 * @param next the id after which the next page begins; empty for the last one
 */
public record TicketPage(List<DeviceTicket> tickets, int matched, Optional<String> next) {
    private static final Comparator<DeviceTicket> NEWEST_FIRST =
            Comparator.comparing(DeviceTicket::made).reversed().thenComparing(DeviceTicket::id);

    /** No tickets. */
    public static final TicketPage NONE = new TicketPage(List.of(), 0, Optional.empty());

    public TicketPage {
        tickets = List.copyOf(tickets);
    }

    /**
     * Cuts a page out of {@code all}.
     *
     * @param limit the most tickets of a page
     * @param after the last ticket of the page before, which may have ended meanwhile
     */
    static TicketPage of(
            List<DeviceTicket> all, Predicate<DeviceTicket> filter, int limit, Optional<DeviceTicket> after) {
        List<DeviceTicket> matching =
                all.stream().filter(filter).sorted(NEWEST_FIRST).toList();
        List<DeviceTicket> rest = matching.stream()
                .filter(ticket -> after.filter(last -> NEWEST_FIRST.compare(ticket, last) <= 0)
                        .isEmpty())
                .toList();
        List<DeviceTicket> page = rest.subList(0, Math.min(limit, rest.size()));
        return new TicketPage(
                page,
                matching.size(),
                rest.size() > limit ? Optional.of(page.getLast().id()) : Optional.empty());
    }
}
