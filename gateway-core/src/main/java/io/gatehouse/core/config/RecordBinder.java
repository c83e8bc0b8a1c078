package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.text.Parsed;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * Binds tables to records: a component is a key. What cannot be bound is reported, a stand-in takes its place, and
 * binding goes on, so that one run finds everything.
 */
final class RecordBinder {
    private final Problems problems;
    private final Scalars scalars;
    private final BiPredicate<String, Object> foreign;
    private final BiConsumer<Record, String> bound;

    /**
     * A binder.
     *
     * @param foreign tells by path and value which unknown keys are somebody else's business
     * @param bound sees every record and its path, to check what types cannot say
     */
    RecordBinder(
            Problems problems, Scalars scalars, BiPredicate<String, Object> foreign, BiConsumer<Record, String> bound) {
        this.problems = problems;
        this.scalars = scalars;
        this.foreign = foreign;
        this.bound = bound;
    }

    /**
     * The record of {@code type} that {@code table} describes; empty when the record itself refused its values.
     *
     * @throws IllegalArgumentException when the type has a component that cannot be bound
     */
    Optional<Record> bind(Class<? extends Record> type, TomlTable table, String path) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(KeyNames.key(component.getName()), component);
        }
        List<String> misspelt = reportUnknown(components, table, path);
        List<Object> values = new ArrayList<>();
        components.forEach((key, component) ->
                component(component, key, table, path, misspelt.contains(key)).ifPresent(values::add));
        if (values.size() < components.size()) {
            return Optional.empty();
        }
        Optional<Record> made = construct(type, values, path);
        made.ifPresent(record -> bound.accept(record, path));
        return made;
    }

    /** Reports keys that the record lacks; answers the known ones that were probably meant. */
    private List<String> reportUnknown(Map<String, RecordComponent> components, TomlTable table, String path) {
        List<String> meant = new ArrayList<>();
        for (Map.Entry<String, Object> entry : table.entrySet()) {
            String key = entry.getKey();
            String place = join(path, key);
            problems.place(place, table.inputPositionOf(List.of(key)));
            if (!components.containsKey(key) && !foreign.test(place, entry.getValue())) {
                List<String> absent = components.keySet().stream()
                        .filter(name -> !table.contains(List.of(name)))
                        .toList();
                Suggestion.among(absent, key).ifPresent(meant::add);
                String hint = Suggestion.hint(absent, key);
                problems.at(place, "unknown key" + (hint.isEmpty() ? known(components) : hint));
            }
        }
        return meant;
    }

    private static String known(Map<String, RecordComponent> components) {
        return components.isEmpty()
                ? " (expected none)"
                : components.keySet().stream()
                        .map(name -> "\"" + name + "\"")
                        .collect(Collectors.joining(", ", " (expected ", ")"));
    }

    private Optional<?> component(
            RecordComponent component, String key, TomlTable table, String path, boolean misspelt) {
        Type type = component.getGenericType();
        String place = join(path, key);
        @Nullable Object raw = table.get(List.of(key));
        Optional<?> written = raw == null ? Optional.empty() : written(component, raw, place);
        if (written.isPresent()) {
            return written;
        }
        @Nullable ConfigDefault fallback = component.getAnnotation(ConfigDefault.class);
        if (fallback != null) {
            return value(type, defaultOf(type, fallback.value()), place);
        }
        if (raw != null) {
            return Optional.empty();
        }
        if (erase(type) == Optional.class) {
            return Optional.of(Optional.empty());
        }
        if (misspelt) {
            problems.excuse(place);
        } else {
            problems.at(place, isListOfRecords(type) ? "missing (expected at least one [[" + place + "]])" : "missing");
        }
        return standIn(type, place);
    }

    private Optional<?> written(RecordComponent component, Object raw, String place) {
        Optional<?> value = value(component.getGenericType(), raw, place);
        value.flatMap(present -> Constraints.problem(component, raw, present))
                .ifPresent(problem -> problems.at(place, problem));
        return value;
    }

    private static Object defaultOf(Type type, String text) {
        if (Scalars.isText(erase(type))) {
            return text;
        }
        @Nullable Object value = Toml.parse("value = " + text).get("value");
        if (value == null) {
            throw new IllegalArgumentException("default " + text + " of a component of " + type);
        }
        return value;
    }

    private Optional<?> value(Type type, Object raw, String place) {
        Class<?> erased = erase(type);
        if (erased == Optional.class) {
            return Optional.of(value(argument(type), raw, place));
        }
        if (erased == List.class) {
            return list(argument(type), raw, place);
        }
        if (erased.isAnnotationPresent(WordOrTable.class) && !(raw instanceof String)) {
            if (raw instanceof TomlTable table) {
                return bind(erased.asSubclass(Record.class), table, place);
            }
            problems.at(place, Display.of(raw) + " (expected text in quotes or a table in { })");
            return Optional.empty();
        }
        if (isTable(erased)) {
            if (raw instanceof TomlTable table) {
                return bind(erased.asSubclass(Record.class), table, place);
            }
            problems.at(place, Display.of(raw) + " (expected a table)");
            return standIn(type, place);
        }
        return switch (scalars.convert(erased, raw)) {
            case Parsed.Valid<?>(Object value) -> Optional.of(value);
            case Parsed.Faulty<?>(String problem) -> {
                problems.at(place, problem);
                yield standIn(type, place);
            }
        };
    }

    private Optional<?> list(Type elementType, Object raw, String place) {
        if (!(raw instanceof TomlArray array)) {
            String expected = isTable(erase(elementType)) ? "tables: [[" + place + "]]" : "a list in [ ]";
            problems.at(place, Display.of(raw) + " (expected " + expected + ")");
            return Optional.of(List.of());
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String element = place + "[" + i + "]";
            if (problems.isPlaced(place)) { // else it is a default, whose positions are not the file's
                problems.place(element, array.inputPositionOf(i));
            }
            value(elementType, array.get(i), element).ifPresent(elements::add);
        }
        return Optional.of(List.copyOf(elements));
    }

    private Optional<?> standIn(Type type, String place) {
        Class<?> erased = erase(type);
        if (erased == Optional.class) {
            return Optional.of(Optional.empty());
        }
        if (erased == List.class) {
            return Optional.of(List.of());
        }
        return isTable(erased) ? bind(erased.asSubclass(Record.class), Toml.parse(""), place) : Scalars.standIn(erased);
    }

    private Optional<Record> construct(Class<? extends Record> type, List<Object> values, String path) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(values.toArray()));
        } catch (InvocationTargetException refused) {
            Throwable cause = refused.getCause();
            problems.at(path, cause == null ? "refused" : String.valueOf(cause.getMessage()));
            return Optional.empty();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalArgumentException(type + " cannot be made", impossible);
        }
    }

    private static boolean isListOfRecords(Type type) {
        return erase(type) == List.class && isTable(erase(argument(type)));
    }

    private static boolean isTable(Class<?> type) {
        return type.isRecord() && !TextTypes.contains(type);
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static Class<?> erase(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
            default -> throw new IllegalArgumentException("configuration component of " + type);
        };
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
