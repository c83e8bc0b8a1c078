package io.gatehouse.core.policy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a rule holds.
 *
 * @param spans hours of the week; at least one
 * @param zone where clocks show them
 */
public record Hours(List<HoursSpan> spans, ZoneId zone) {
    /** Hours last into the next day at most, and a week has every day. */
    private static final int DAYS_BEFORE = 2;

    private static final int DAYS_AFTER = 9;

    public Hours {
        spans = List.copyOf(spans);
    }

    private record Window(Instant begin, Instant end) {
        boolean contains(Instant at) {
            return !at.isBefore(begin) && at.isBefore(end);
        }
    }

    /** Whether the rule holds at {@code at}. */
    public boolean contains(Instant at) {
        return windows(at).anyMatch(window -> window.contains(at));
    }

    /**
     * When that changes next, at or after {@code at}; empty when it never does. Hours that follow one another without a
     * pause may be reported as a change that is none.
     */
    public Optional<Instant> nextChange(Instant at) {
        return windows(at)
                .flatMap(window -> Stream.of(window.begin(), window.end()))
                .filter(change -> change.isAfter(at))
                .min(Instant::compareTo);
    }

    /** All that can matter at {@code at}. */
    private Stream<Window> windows(Instant at) {
        LocalDate today = at.atZone(zone).toLocalDate();
        return today.minusDays(DAYS_BEFORE)
                .datesUntil(today.plusDays(DAYS_AFTER))
                .flatMap(day -> spans.stream()
                        .flatMap(span ->
                                span.begin(day, zone).map(begin -> new Window(begin, span.end(day, zone))).stream()))
                .filter(window -> window.begin().isBefore(window.end()));
    }
}
