package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import io.gatehouse.core.audit.WebhookEvent;
import io.gatehouse.core.audit.WebhookUrl;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.HttpsUrl;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.ClaimValue;
import io.gatehouse.core.policy.ClientNamePattern;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.HoursSpan;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.TimeZoneName;
import io.gatehouse.core.portal.Colour;
import io.gatehouse.core.portal.PortalAddress;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.WakeAddress;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One table of {@code gatehouse.toml} and its keys, as the documentation shows them.
 *
 * @param path for example {@code policy.rule}
 * @param repeated whether a file may have several, {@code [[policy.rule]]}
 * @param type what it is bound to
 */
record KeyTable(String path, boolean repeated, Class<? extends Record> type) {
    /** What stands in the file for values of these types. */
    private static final Map<Class<?>, String> VALUES = Map.ofEntries(
            Map.entry(String.class, "text"),
            Map.entry(Path.class, "path"),
            Map.entry(Duration.class, "duration"),
            Map.entry(int.class, "number"),
            Map.entry(Integer.class, "number"),
            Map.entry(long.class, "number"),
            Map.entry(boolean.class, "`true` or `false`"),
            Map.entry(Secret.class, "secret"),
            Map.entry(HostName.class, "host name or address"),
            Map.entry(ServerAddress.class, "`host` or `host:port`"),
            Map.entry(ListenAddress.class, "address and port"),
            Map.entry(Cidr.class, "address or CIDR block"),
            Map.entry(PortRange.class, "port or range"),
            Map.entry(DnsSuffix.class, "domain name"),
            Map.entry(HttpsUrl.class, "URL"),
            Map.entry(PortalAddress.class, "URL"),
            Map.entry(Colour.class, "colour `#rrggbb`"),
            Map.entry(WebhookUrl.class, "URL"),
            Map.entry(WebhookEvent.class, "event"),
            Map.entry(AccountPattern.class, "account"),
            Map.entry(GroupName.class, "group"),
            Map.entry(SignInMethod.class, "sign-in method"),
            Map.entry(ClaimValue.class, "`NAME=VALUE`"),
            Map.entry(ClientNamePattern.class, "name, with `*`"),
            Map.entry(HoursSpan.class, "days and hours"),
            Map.entry(TimeZoneName.class, "time zone"),
            Map.entry(TargetPattern.class, "target"),
            Map.entry(PersonalHost.class, "host name, with `{user}`"),
            Map.entry(MacAddress.class, "MAC address"),
            Map.entry(Approvers.class, "`\"self\"` or `{ groups = [\"…\"] }`"),
            Map.entry(WakeAddress.class, "`address` or `address:port`"));

    /** How a text says what is the case without the key, where no value can say it. */
    private static final Pattern DEFAULT = Pattern.compile("(.*)\\. Default: (.*)\\.");

    /**
     * Every table that a file may have, by path; the top of the file is none.
     *
     * @param providers the installed providers, by name
     */
    static Map<String, KeyTable> all(Map<String, ProviderTable> providers) {
        Map<String, KeyTable> tables = new LinkedHashMap<>();
        collect(GatewayConfig.class, "", tables);
        providers.forEach((name, provider) -> {
            String path = "auth." + name;
            tables.put(path, new KeyTable(path, false, provider.type()));
            collect(provider.type(), path + ".", tables);
        });
        return tables;
    }

    private static void collect(Class<? extends Record> type, String prefix, Map<String, KeyTable> tables) {
        for (RecordComponent component : type.getRecordComponents()) {
            table(component).ifPresent(inner -> {
                String path = prefix + KeyNames.key(component.getName());
                tables.put(path, new KeyTable(path, isList(component.getGenericType()), inner));
                collect(inner, path + ".", tables);
            });
        }
    }

    /** The record of the table that a key has as value. */
    private static Optional<Class<? extends Record>> table(RecordComponent component) {
        Class<?> value = innermost(component.getGenericType());
        return value.isRecord() && !TextTypes.contains(value)
                ? Optional.of(value.asSubclass(Record.class))
                : Optional.empty();
    }

    private static Class<?> innermost(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> innermost(generic.getActualTypeArguments()[0]);
            default -> throw new IllegalArgumentException(type + " (expected a class, an Optional or a List)");
        };
    }

    /** Whether the innermost value is an element of a list. */
    private static boolean isList(Type type) {
        return type instanceof ParameterizedType generic
                && (generic.getRawType() == List.class || isList(generic.getActualTypeArguments()[0]));
    }

    /**
     * The table in Markdown.
     *
     * @param shown the keys that it has; all when empty
     */
    String markdown(KeyTexts texts, List<String> shown) {
        Map<String, RecordComponent> keys = Arrays.stream(type.getRecordComponents())
                .filter(component -> shown.isEmpty() || shown.contains(KeyNames.key(component.getName())))
                .collect(Collectors.toMap(
                        component -> KeyNames.key(component.getName()),
                        component -> component,
                        (one, _) -> one,
                        LinkedHashMap::new));
        if (!shown.isEmpty() && !keys.keySet().containsAll(shown)) {
            throw new IllegalArgumentException(
                    "[" + path + "] has the keys " + keys.keySet() + ", not all of " + shown);
        }
        String rows = keys.entrySet().stream()
                .map(key -> row(key.getKey(), key.getValue(), texts.of(key.getValue())))
                .collect(Collectors.joining());
        return "| Key of `" + (repeated ? "[[" + path + "]]" : "[" + path + "]")
                + "` | Value | Default | Meaning |\n|---|---|---|---|\n" + rows + "\n" + changedBy(keys) + "\n";
    }

    private static String row(String key, RecordComponent component, String text) {
        Matcher parts = DEFAULT.matcher(text);
        boolean said = parts.matches();
        List<String> cells = List.of(
                "`" + key + "`",
                value(component),
                said ? parts.group(2) : absent(component),
                said ? parts.group(1) : text);
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String value(RecordComponent component) {
        boolean list = isList(component.getGenericType());
        if (table(component).isPresent()) {
            return list ? "tables" : "table";
        }
        return (list ? "list: " : "") + word(innermost(component.getGenericType())) + bounds(component);
    }

    private static String word(Class<?> value) {
        if (value.isEnum()) {
            return KeyNames.words(value).stream()
                    .map(word -> "`\"" + word + "\"`")
                    .collect(Collectors.joining(", "));
        }
        return VALUES.entrySet().stream()
                .filter(type -> type.getKey().isAssignableFrom(value))
                .map(Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(value + " (expected a type that VALUES explains)"));
    }

    private static String bounds(RecordComponent component) {
        boolean duration = innermost(component.getGenericType()) == Duration.class;
        @Nullable Range range = component.getAnnotation(Range.class);
        if (range != null) {
            String quote = duration ? "`\"%s\"`" : "%s";
            String min = quote.formatted(range.min());
            return range.max().isEmpty() ? ", at least " + min : ", " + min + " to " + quote.formatted(range.max());
        }
        if (component.getAnnotation(Positive.class) != null) {
            return duration ? ", not 0" : ", at least 1";
        }
        @Nullable OneLine line = component.getAnnotation(OneLine.class);
        if (line != null) {
            return ", at most " + line.value() + " characters";
        }
        return component.getAnnotation(NotEmpty.class) == null ? "" : ", not empty";
    }

    /** What is the case when the file does not have the key. */
    private static String absent(RecordComponent component) {
        @Nullable ConfigDefault value = component.getAnnotation(ConfigDefault.class);
        if (value == null) {
            return component.getType() == Optional.class ? "none" : "required";
        }
        if (table(component).isPresent()) {
            return value.value().equals("[]") ? "none" : "its defaults";
        }
        return Scalars.isText(component.getType()) ? "`\"" + value.value() + "\"`" : "`" + value.value() + "`";
    }

    /** Whether a running gateway can change the keys. */
    private String changedBy(Map<String, RecordComponent> keys) {
        Map<Boolean, List<String>> byReload = keys.entrySet().stream()
                .filter(key -> table(key.getValue()).isEmpty())
                .map(Entry::getKey)
                .collect(Collectors.partitioningBy(key -> ConfigurationChanges.isReloadable(path + "." + key)));
        List<String> reloaded = byReload.getOrDefault(true, List.of());
        if (reloaded.isEmpty()) {
            return "Changes need a restart.";
        }
        String effect = " puts changes into force";
        return "A [reload](rules.md#reload-the-rules)" + effect
                + (byReload.getOrDefault(false, List.of()).isEmpty()
                        ? "."
                        : reloaded.stream()
                                .map(key -> "`" + key + "`")
                                .collect(Collectors.joining(", ", " of ", ". The other keys need a restart.")));
    }
}
