package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.Auth;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlTable;

/** Binds a whole file: the gateway's own tables, and each provider's table to that provider's record. */
final class TopLevel {
    private final Problems problems;
    private final Map<String, ProviderTable> providerTables;
    private final RecordBinder binder;

    TopLevel(Problems problems, Scalars scalars, Map<String, ProviderTable> providerTables) {
        this.problems = problems;
        this.providerTables = providerTables;
        this.binder = new RecordBinder(
                problems, scalars, TopLevel::isProviderTable, new Checks(problems, providerTables)::check);
    }

    /** {@code [auth.<name>]}. */
    private static boolean isProviderTable(String path, Object value) {
        return path.startsWith("auth.") && path.indexOf('.', 5) < 0 && value instanceof TomlTable;
    }

    Optional<Configuration> bind(TomlTable file, Path directory, String digest) {
        Optional<GatewayConfig> gateway =
                binder.bind(GatewayConfig.class, file, "").map(GatewayConfig.class::cast);
        List<String> order = gateway.map(GatewayConfig::auth).map(Auth::order).orElse(List.of());
        @Nullable Object auth = file.get(List.of("auth"));
        Map<String, TomlTable> tables = auth instanceof TomlTable table ? providerTables(table) : Map.of();
        checkOrder(order);
        tables.keySet().stream().filter(name -> !order.contains(name)).forEach(this::reportUnordered);
        Map<String, Record> providers = new LinkedHashMap<>();
        TomlTable empty = Toml.parse("");
        for (String name : order) {
            Optional.ofNullable(providerTables.get(name))
                    .flatMap(provider -> binder.bind(provider.type(), tables.getOrDefault(name, empty), "auth." + name))
                    .ifPresent(provider -> providers.put(name, provider));
        }
        return gateway.map(bound -> new Configuration(bound, providers, directory, digest));
    }

    private static Map<String, TomlTable> providerTables(TomlTable auth) {
        Map<String, TomlTable> tables = new LinkedHashMap<>();
        auth.entrySet().forEach(entry -> {
            if (entry.getValue() instanceof TomlTable table && !entry.getKey().equals("paa")) {
                tables.put(entry.getKey(), table);
            }
        });
        return tables;
    }

    private void checkOrder(List<String> order) {
        for (int i = 0; i < order.size(); i++) {
            String name = order.get(i);
            String place = "auth.order[" + i + "]";
            if (!providerTables.containsKey(name)) {
                problems.at(place, "no provider " + Display.of(name) + knownProviders(name));
            } else if (order.indexOf(name) < i) {
                problems.at(place, "provider " + Display.of(name) + " is named twice");
            }
        }
    }

    private void reportUnordered(String name) {
        problems.at(
                "auth." + name,
                providerTables.containsKey(name)
                        ? "not in auth.order, so the provider is off (name it there or remove its table)"
                        : "no provider " + Display.of(name) + knownProviders(name));
    }

    private String knownProviders(String name) {
        String known =
                new TreeSet<>(providerTables.keySet()).stream().map(Display::of).collect(Collectors.joining(", "));
        return " (installed: " + (known.isEmpty() ? "none" : known) + ")"
                + Suggestion.hint(providerTables.keySet(), name);
    }
}
