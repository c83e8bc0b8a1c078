package io.gatehouse.core.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys in which two configurations differ.
 *
 * @param keys the keys, {@code limits.connections}; a list of tables is one key when it has more or fewer tables
 */
public record ConfigurationChanges(List<String> keys) {
    /** What a running gateway can change: keys, and tables with all that is in them. */
    private static final Set<String> RELOADABLE = Set.of(
            "policy",
            "desktop",
            "log",
            "portal.admin",
            "limits.channels",
            "limits.tunnels-per-user",
            "limits.channels-per-tunnel");

    /** What it reads when it starts, and only then. A key that is in neither set needs a restart, too. */
    private static final Set<String> AT_START = Set.of(
            "server",
            "listener",
            "acme",
            "domain",
            "auth",
            "kdc-proxy",
            "tunnel",
            "audit",
            "metrics",
            "admin",
            "webhook",
            "approval",
            "portal.url",
            "portal.title",
            "portal.accent",
            "portal.logo",
            "portal.banner",
            "portal.idle-timeout",
            "portal.session-timeout",
            "portal.back-channel-ends-desktops",
            "portal.gateway",
            "portal.template",
            "portal.signing",
            "portal.totp",
            "portal.grants",
            "portal.device-tickets",
            "limits.login-deadline",
            "limits.first-request-deadline",
            "limits.pairing-timeout",
            "limits.connections",
            "limits.connections-before-login",
            "limits.connections-before-login-per-source",
            "limits.bytes-before-login",
            "limits.failed-channels-per-user",
            "limits.failed-channels-burst",
            "limits.guesses-per-account",
            "limits.guesses-per-source",
            "limits.guess-window");

    public ConfigurationChanges {
        keys = List.copyOf(keys);
    }

    /** What is different in {@code after}; values of secrets count, and are not told. */
    public static ConfigurationChanges between(Configuration before, Configuration after) {
        List<String> keys = new ArrayList<>();
        collect("", before.gateway(), after.gateway(), keys);
        Set<String> providers = new LinkedHashSet<>(before.providers().keySet());
        providers.addAll(after.providers().keySet());
        for (String name : providers) {
            Optional<Record> one = provider(before, name);
            Optional<Record> other = provider(after, name);
            if (one.isPresent() && other.isPresent()) {
                collect("auth." + name, one.get(), other.get(), keys);
            } else {
                keys.add("auth." + name);
            }
        }
        return new ConfigurationChanges(keys);
    }

    private static Optional<Record> provider(Configuration configuration, String name) {
        Map<String, Record> tables = configuration.providers();
        return Optional.ofNullable(tables.get(name));
    }

    /** The keys that a running gateway cannot change. */
    public List<String> needingRestart() {
        return keys.stream().filter(key -> !isReloadable(key)).toList();
    }

    /** Whether a reload changes {@code key}. */
    static boolean isReloadable(String key) {
        return RELOADABLE.stream().anyMatch(part -> isPartOf(key, part));
    }

    /** Whether {@code key} is known to be read at the start only. */
    static boolean isReadAtStart(String key) {
        return AT_START.stream().anyMatch(part -> isPartOf(key, part));
    }

    /** All that the two sets name. */
    static Set<String> named() {
        Set<String> all = new LinkedHashSet<>(RELOADABLE);
        all.addAll(AT_START);
        return all;
    }

    private static boolean isPartOf(String key, String whole) {
        return key.startsWith(whole)
                && (key.length() == whole.length() || ".[".indexOf(key.charAt(whole.length())) >= 0);
    }

    private static void collect(String path, Record before, Record after, List<String> keys) {
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            String key = (path.isEmpty() ? "" : path + ".") + KeyNames.key(component.getName());
            compare(key, unwrap(read(component, before)), unwrap(read(component, after)), keys);
        }
    }

    private static void compare(String key, Object before, Object after, List<String> keys) {
        if (before.equals(after)) {
            return;
        }
        if (before instanceof List<?> one
                && after instanceof List<?> other
                && one.size() == other.size()
                && Stream.concat(one.stream(), other.stream()).allMatch(ConfigurationChanges::isTable)) {
            for (int i = 0; i < one.size(); i++) {
                compare(key + "[" + i + "]", one.get(i), other.get(i), keys);
            }
        } else if (isTable(before) && isTable(after)) {
            collect(key, (Record) before, (Record) after, keys);
        } else {
            keys.add(key);
        }
    }

    private static boolean isTable(Object value) {
        return value instanceof Record && !TextTypes.contains(value.getClass());
    }

    private static Object unwrap(Object value) {
        return value instanceof Optional<?> optional && optional.isPresent() ? optional.get() : value;
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
