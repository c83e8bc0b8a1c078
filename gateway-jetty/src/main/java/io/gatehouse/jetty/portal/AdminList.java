package io.gatehouse.jetty.portal;

import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.Parsed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The part of a list that a page of the admin area shows, by the filter and the cursor in its address.
 *
 * @param entries in order
 * @param matched how many the filter accepts
 * @param problem why nothing is shown, in English
 * @param next the link to the next page
 * @param isFirst whether this is the first page
 */
public record AdminList<T>(
        List<T> entries,
        int matched,
        ListFilter filter,
        Optional<String> problem,
        Optional<String> next,
        boolean isFirst) {
    public AdminList {
        entries = List.copyOf(entries);
    }

    /**
     * What {@code exchange} asks for.
     *
     * @param fields of the filter
     * @param find the page of a query as at the API, or what is wrong with the query
     */
    static <T> AdminList<T> of(
            PortalExchange exchange,
            PortalPath list,
            List<String> fields,
            Function<Map<String, String>, Parsed<ListPage<T>>> find) {
        ListFilter filter = ListFilter.of(exchange, fields);
        Map<String, String> query = new LinkedHashMap<>(filter.values());
        Optional<String> cursor = exchange.parameter("cursor");
        cursor.ifPresent(text -> query.put("cursor", text));
        return switch (find.apply(query)) {
            case Parsed.Valid<ListPage<T>>(ListPage<T> page) ->
                new AdminList<>(
                        page.entries(),
                        page.matched(),
                        filter,
                        Optional.empty(),
                        page.next().map(next -> filter.link(list, "cursor=" + next)),
                        cursor.isEmpty());
            case Parsed.Faulty<ListPage<T>>(String problem) ->
                new AdminList<>(List.of(), 0, filter, Optional.of(problem), Optional.empty(), cursor.isEmpty());
        };
    }

    /** The same with what {@code shown} makes of the entries. */
    <U> AdminList<U> map(Function<T, U> shown) {
        return new AdminList<>(
                entries.stream().map(shown).toList(), matched, filter, problem.map(ShownText::of), next, isFirst);
    }
}
