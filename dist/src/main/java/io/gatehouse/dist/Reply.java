package io.gatehouse.dist;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.formats.text.PrintableText;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the admin API.
 *
 * @param raw as it came
 * @param fields what it says
 */
record Reply(String raw, Map<String, Object> fields) {
    Reply {
        fields = Map.copyOf(fields);
    }

    static Reply of(String json) throws ParseException {
        return new Reply(json, JSONObjectUtils.parse(json));
    }

    /** The object with these fields as text. */
    static String json(Map<String, Object> fields) {
        return JSONObjectUtils.toJSONString(fields);
    }

    /** What stands at {@code path}, {@code user.account}, in printable characters; empty text when nothing does. */
    String text(String path) {
        return text(fields, path);
    }

    /** The same of an element of a list. */
    static String text(Map<String, Object> object, String path) {
        @Nullable Object value = object;
        for (String name : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        if (value == null) {
            return "";
        }
        String text = value instanceof List<?> list
                ? String.join(", ", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(each -> shown.appendCodePoint(PrintableText.isPrintable(each) ? each : '?'));
        return shown.toString();
    }

    /** The texts of the list {@code name}, in printable characters. */
    List<String> texts(String name) {
        return fields.get(name) instanceof List<?> list
                ? list.stream().map(each -> text(Map.of("text", each), "text")).toList()
                : List.of();
    }

    /** The objects of the list {@code name}. */
    @SuppressWarnings("unchecked") // the names of JSON objects are text
    List<Map<String, Object>> list(String name) {
        return fields.get(name) instanceof List<?> list
                ? list.stream()
                        .flatMap(each ->
                                each instanceof Map<?, ?> map ? Stream.of((Map<String, Object>) map) : Stream.empty())
                        .toList()
                : List.of();
    }
}
