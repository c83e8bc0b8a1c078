package io.gatehouse.dist.draft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One section of rdpgw's file. As rdpgw does, it takes keys without regard to case, and text, numbers and truth values
 * for each other where they mean the same.
 */
final class RdpgwSection {
    private final String name;
    /** By their names in lower case. */
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** As the file spells them. */
    private final Map<String, String> spelled = new LinkedHashMap<>();

    RdpgwSection(String name, Map<String, Object> entries) {
        this.name = name;
        entries.forEach((key, value) -> {
            String folded = key.toLowerCase(Locale.ROOT);
            values.put(folded, value);
            spelled.put(folded, key);
        });
    }

    /** The key as the file spells it, behind the section. */
    String place(String key) {
        return name + "." + spelled.getOrDefault(key.toLowerCase(Locale.ROOT), key);
    }

    boolean has(String key) {
        return !text(key).isEmpty();
    }

    /** Whether the file names the key at all. */
    boolean names(String key) {
        return values.containsKey(key.toLowerCase(Locale.ROOT));
    }

    /** Without space around it; empty when the key is not there. */
    String text(String key) {
        return textAsItIs(key).strip();
    }

    /** Empty when the key is not there. */
    String textAsItIs(String key) {
        return value(key).map(Object::toString).orElse("");
    }

    List<String> texts(String key) {
        return value(key).map(YamlFile::texts).orElse(List.of()).stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    boolean flag(String key, boolean otherwise) throws ForeignFileException {
        String text = text(key).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "" -> otherwise;
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw new ForeignFileException(place(key) + " is no truth value (expected true or false)");
        };
    }

    int number(String key, int otherwise) throws ForeignFileException {
        String text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("-?[0-9]{1,9}")) {
            throw new ForeignFileException(place(key) + " is no number (expected digits)");
        }
        return Integer.parseInt(text);
    }

    /** The keys that {@code known} does not have, as the file spells them. */
    List<String> others(List<String> known) {
        List<String> others = new ArrayList<>(spelled.keySet());
        others.removeAll(known.stream().map(key -> key.toLowerCase(Locale.ROOT)).toList());
        return others.stream().map(this::place).toList();
    }

    private Optional<Object> value(String key) {
        return Optional.ofNullable(values.get(key.toLowerCase(Locale.ROOT)));
    }
}
