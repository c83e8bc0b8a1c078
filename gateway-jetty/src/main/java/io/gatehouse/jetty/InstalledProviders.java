package io.gatehouse.jetty;

import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.core.config.ProviderTable;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The providers on the class path. A jar that is broken, and a name that two jars have, are told in words:
 * administrators put them there.
 *
 * @param byName those that can be used
 * @param problems what is wrong with the others
 */
record InstalledProviders(Map<String, Installed> byName, List<String> problems) {
    /** A broken service file can go on failing. */
    private static final int MOST_PROBLEMS = 20;

    InstalledProviders {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
        problems = List.copyOf(problems);
    }

    /**
     * One of them.
     *
     * @param factory makes it
     * @param table what the configuration file knows of it
     */
    record Installed(AuthProviderFactory<?> factory, ProviderTable table) {}

    /** Looks at the class path. */
    static InstalledProviders find() {
        return find(ServiceLoader.load(AuthProviderFactory.class));
    }

    @SuppressWarnings("rawtypes") // a service loader knows no type arguments
    static InstalledProviders find(ServiceLoader<AuthProviderFactory> loader) {
        Map<String, Installed> byName = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Iterator<AuthProviderFactory> iterator = loader.iterator();
        while (problems.size() < MOST_PROBLEMS) {
            try {
                if (!iterator.hasNext()) {
                    break;
                }
                add(iterator.next(), byName, problems);
            } catch (ServiceConfigurationError e) {
                problems.add("a provider cannot be loaded: " + reason(e));
            }
        }
        return new InstalledProviders(byName, problems);
    }

    private static void add(AuthProviderFactory<?> factory, Map<String, Installed> byName, List<String> problems) {
        try {
            Installed installed = new Installed(factory, ProviderTable.of(factory));
            Installed earlier = byName.putIfAbsent(factory.name(), installed);
            if (earlier != null) {
                problems.add("two providers have the name \"" + factory.name() + "\": " + origin(earlier.factory())
                        + " and " + origin(factory) + " (remove one of them)");
            }
        } catch (RuntimeException | LinkageError e) {
            problems.add("the provider of " + origin(factory) + " cannot be used: " + e);
        }
    }

    /** What a loader says, with what a broken class says itself. */
    private static String reason(ServiceConfigurationError error) {
        @Nullable Throwable cause = error.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return error.getMessage() + (cause == null ? "" : ": " + cause);
    }

    /** The jar of a provider, or its class where that is not known. */
    static String origin(AuthProviderFactory<?> factory) {
        return Optional.ofNullable(factory.getClass().getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(location -> location.getPath().isEmpty() ? location.toString() : location.getPath())
                .orElse(factory.getClass().getName());
    }
}
