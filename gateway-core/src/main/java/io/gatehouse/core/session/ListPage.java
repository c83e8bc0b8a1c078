package io.gatehouse.core.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A part of a list, such as that of all sessions.
 *
 * @param entries in order
 * @param matched how many there are in all that the filter accepts
 * @param next the cursor of the next page; empty for the last one
 */
public record ListPage<T>(List<T> entries, int matched, Optional<String> next) {
    public ListPage {
        entries = List.copyOf(entries);
    }

    /** Nothing. */
    public static <T> ListPage<T> none() {
        return new ListPage<>(List.of(), 0, Optional.empty());
    }

    /**
     * Cuts a page out of a list.
     *
     * @param matching all that the filter accepts, in order
     * @param isLeft whether an entry comes behind the pages before
     * @param limit the most entries of a page
     * @param cursor the place behind an entry
     */
    public static <T> ListPage<T> of(List<T> matching, Predicate<T> isLeft, int limit, Function<T, String> cursor) {
        List<T> left = matching.stream().filter(isLeft).toList();
        List<T> page = left.subList(0, Math.min(limit, left.size()));
        return new ListPage<>(
                page,
                matching.size(),
                left.size() > limit ? Optional.of(cursor.apply(page.getLast())) : Optional.empty());
    }

    /** The same page of what {@code part} makes of the entries. */
    <U> ListPage<U> map(Function<T, U> part) {
        return new ListPage<>(entries.stream().map(part).toList(), matched, next);
    }
}
