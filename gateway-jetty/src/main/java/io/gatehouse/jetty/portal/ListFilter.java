package io.gatehouse.jetty.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a list of the admin area is filtered by, as the address of the page says it.
 *
 * @param values by the names of their fields; empty ones are not there
 */
public record ListFilter(Map<String, String> values) {
    private static final int LONGEST = 256;

    static ListFilter of(PortalExchange exchange, List<String> fields) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String field : fields) {
            exchange.parameter(field)
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .map(value -> value.length() > LONGEST ? value.substring(0, LONGEST) : value)
                    .ifPresent(value -> values.put(field, value));
        }
        return new ListFilter(values);
    }

    /** The value of a field; empty text when the list is not filtered by it. */
    public String value(String field) {
        return values.getOrDefault(field, "");
    }

    /** The same as the query of a link; may be empty. */
    public String query() {
        return values.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /**
     * The link to another part of the same list.
     *
     * @param part its parameters
     */
    String link(PortalPath list, String part) {
        return list.path() + "?" + part + (values.isEmpty() ? "" : "&" + query());
    }
}
