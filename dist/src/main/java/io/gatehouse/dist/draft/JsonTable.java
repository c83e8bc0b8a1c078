package io.gatehouse.dist.draft;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The properties of an object of WMI, as PowerShell's {@code ConvertTo-Json} writes them. */
final class JsonTable {
    private final String what;
    private final Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private JsonTable(String what, Map<?, ?> values) {
        this.what = what;
        values.forEach((key, value) -> {
            if (key != null && value != null) {
                this.values.put(key.toString(), value);
            }
        });
    }

    /** A whole file. */
    static JsonTable read(String text) throws ForeignFileException {
        try {
            return new JsonTable("the file", JSONObjectUtils.parse(text));
        } catch (ParseException exception) {
            throw new ForeignFileException("is no JSON object that can be read: " + exception.getMessage());
        }
    }

    /** The objects below {@code key}: a list of them, or the only one. */
    List<JsonTable> tables(String key) throws ForeignFileException {
        Object value = values.getOrDefault(key, List.of());
        List<?> list = value instanceof List<?> several ? several : List.of(value);
        List<JsonTable> tables = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> map)) {
                throw new ForeignFileException("\"" + key + "\" has something that is no object");
            }
            tables.add(new JsonTable(key + "[" + tables.size() + "]", map));
        }
        return tables;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Empty when the property is not there. */
    String text(String key) {
        return Optional.ofNullable(values.get(key))
                .map(Object::toString)
                .orElse("")
                .strip();
    }

    /** The elements of a list with semicolons between them. */
    List<String> list(String key) {
        return List.of(text(key).split(";", -1)).stream()
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    boolean flag(String key, boolean otherwise) throws ForeignFileException {
        String text = text(key).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw new ForeignFileException(what + ": " + key + " is no truth value");
        };
    }

    long number(String key) throws ForeignFileException {
        String text = text(key).replaceFirst("\\.0$", "");
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw new ForeignFileException(what + ": " + key + " is no number");
        }
        return Long.parseLong(text);
    }

    /** A property that must be there. */
    String required(String key) throws ForeignFileException {
        String text = text(key);
        if (text.isEmpty()) {
            throw new ForeignFileException(what + " has no " + key);
        }
        return text;
    }
}
