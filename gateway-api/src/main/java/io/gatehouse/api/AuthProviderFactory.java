package io.gatehouse.api;

import java.util.Set;

/**
 * Makes a provider from its table of the configuration file; found by {@link java.util.ServiceLoader}.
 *
 * @param <C> a record, one component a key: the component {@code channelBinding} is the key {@code channel-binding}.
 *     The types that a component may have are those of {@code io.gatehouse.core.config}: text, numbers, booleans,
 *     {@code Duration}, {@code Path}, {@code Secret}, enums, lists of those, {@code Optional} for a key that may be
 *     absent, and nested records. A component annotated with {@link ConfigDefault} may be absent as well.
 */
public interface AuthProviderFactory<C extends Record> {
    /** The provider's name, as in {@code [auth.<name>]}. */
    String name();

    /**
     * The sign-in methods that identities of this provider have ({@link Identity#method}); a rule that names another
     * one is warned of. Its name unless it says otherwise.
     */
    default Set<String> methods() {
        return Set.of(name());
    }

    /** The record its table is bound to. */
    Class<C> configType();

    /**
     * Makes the provider.
     *
     * @throws ProviderException when the configuration cannot work, with a message for the administrator
     */
    AuthProvider create(C config, ProviderContext context) throws ProviderException;
}
