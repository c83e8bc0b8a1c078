package io.gatehouse.core.config;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prints a configuration as TOML: every default filled in, paths absolute, keys that are not set as comments, secrets
 * masked. Without secrets in it, what is printed can be loaded again and means the same.
 */
public final class EffectiveConfiguration {
    private final StringBuilder text = new StringBuilder();

    private EffectiveConfiguration() {}

    /** {@code configuration} as the text of a file. */
    public static String print(Configuration configuration) {
        EffectiveConfiguration printer = new EffectiveConfiguration();
        printer.keys(configuration.gateway());
        printer.tables(configuration.gateway(), "", configuration.providers());
        return printer.text.toString();
    }

    private void table(Record record, String path, String header) {
        text.append(text.isEmpty() ? "" : "\n").append(header).append('\n');
        keys(record);
        tables(record, path, Map.of());
    }

    /** What must stand before the first header of a sub-table. */
    private void keys(Record record) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = KeyNames.key(component.getName());
            switch (read(component, record)) {
                case Optional<?> optional
                when optional.isEmpty() -> text.append("# ").append(key).append(" is not set\n");
                case Object value
                when !isTable(value) ->
                    text.append(key).append(" = ").append(inline(unwrap(value))).append('\n');
                default -> {} // a table
            }
        }
    }

    private void tables(Record record, String path, Map<String, Record> providers) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String place = path + (path.isEmpty() ? "" : ".") + KeyNames.key(component.getName());
            Object value = unwrap(read(component, record));
            if (value instanceof Record nested && isTable(nested)) {
                table(nested, place, "[" + place + "]");
            } else if (isTable(value) && value instanceof List<?> list) {
                list.forEach(element -> table((Record) element, place, "[[" + place + "]]"));
            }
            if (place.equals("auth")) {
                providers.forEach((name, provider) ->
                        table(provider, "auth." + TomlText.key(name), "[auth." + TomlText.key(name) + "]"));
            }
        }
    }

    private static boolean isTable(Object value) {
        return switch (unwrap(value)) {
            case List<?> list -> !list.isEmpty() && isTable(list.getFirst());
            case Object other -> other instanceof Record && !TextTypes.contains(other.getClass());
        };
    }

    private static Object unwrap(Object value) {
        return value instanceof Optional<?> optional && optional.isPresent() ? optional.get() : value;
    }

    private static String inline(Object value) {
        return switch (value) {
            case Record table when isWrittenAsTable(table) -> inlineTable(table);
            case Object text when TextTypes.contains(text.getClass()) -> TomlText.quoted(text.toString());
            case Secret secret -> TomlText.quoted("(secret of " + secret.bytes().length + " bytes)");
            case Duration duration -> TomlText.quoted(Durations.format(duration));
            case Path path -> TomlText.quoted(path.toString());
            case Enum<?> constant -> TomlText.quoted(KeyNames.word(constant));
            case String string -> TomlText.quoted(string);
            case List<?> list ->
                list.stream().map(EffectiveConfiguration::inline).collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }

    private static boolean isWrittenAsTable(Record record) {
        return record.getClass().isAnnotationPresent(WordOrTable.class)
                && !TextTypes.parse(record.getClass(), record.toString()).equals(Parsed.valid(record));
    }

    private static String inlineTable(Record record) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .map(component -> KeyNames.key(component.getName()) + " = " + inline(unwrap(read(component, record))))
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalArgumentException(record.getClass() + " cannot be read", impossible);
        }
    }
}
