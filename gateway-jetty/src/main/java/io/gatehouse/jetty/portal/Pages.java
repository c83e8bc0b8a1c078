package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Where a page is in a long list.
 *
 * @param first the number of the first one on it
 * @param last the number of the last one on it
 * @param all how many there are
 * @param before the link to the part before it
 * @param after the link to the part behind it
 */
public record Pages(int first, int last, int all, Optional<String> before, Optional<String> after) {
    /** Whether there are others. */
    public boolean areSeveral() {
        return before.isPresent() || after.isPresent();
    }

    /** Those of a list, and where they are in it. */
    record Part<T>(List<T> shown, Pages pages) {
        Part {
            shown = List.copyOf(shown);
        }
    }

    /**
     * The place of {@code shown} ones behind {@code from} others, of {@code all}.
     *
     * @param most how many are on a page
     * @param link the link to the page of a number
     */
    static Pages of(int from, int shown, int all, int most, IntFunction<String> link) {
        int number = from / most + 1;
        return new Pages(
                from + 1,
                from + shown,
                all,
                number > 1 ? Optional.of(link.apply(number - 1)) : Optional.empty(),
                from + shown < all ? Optional.of(link.apply(number + 1)) : Optional.empty());
    }

    /** The page of that number, or the last one when there are fewer by now. */
    static <T> Part<T> part(List<T> all, int number, int most, IntFunction<String> link) {
        int last = Math.max(0, all.size() - 1) / most;
        int from = Math.min(number - 1, last) * most;
        List<T> shown = all.subList(from, Math.min(all.size(), from + most));
        return new Part<>(shown, of(from, shown.size(), all.size(), most, link));
    }

    /** The number of the page that {@code parameter} of a link asks for; 1 for none. */
    static int number(PortalExchange exchange, String parameter) {
        return exchange.parameter(parameter)
                .filter(text -> text.matches("[1-9][0-9]{0,4}"))
                .map(Integer::parseInt)
                .orElse(1);
    }
}
