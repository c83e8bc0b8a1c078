package io.gatehouse.core.config;

import io.gatehouse.api.AuthProviderFactory;
import java.util.Set;

/**
 * What the configuration file has to know of a provider that is installed.
 *
 * @param type the record of its table {@code [auth.<name>]}
 * @param methods the sign-in methods that rules can name
 */
public record ProviderTable(Class<? extends Record> type, Set<String> methods) {
    public ProviderTable {
        methods = Set.copyOf(methods);
    }

    /** That of the provider that {@code factory} makes. */
    public static ProviderTable of(AuthProviderFactory<?> factory) {
        return new ProviderTable(factory.configType(), factory.methods());
    }
}
