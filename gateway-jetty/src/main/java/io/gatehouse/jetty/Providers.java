package io.gatehouse.jetty;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.TokenMechanism;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sign-in providers: those that are installed, and those that the configuration file switches on. */
public final class Providers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    private final List<AuthProvider> providers;

    private Providers(List<AuthProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** The configuration records of all installed providers, by their names. */
    public static Map<String, Class<? extends Record>> installed() {
        Map<String, Class<? extends Record>> tables = new LinkedHashMap<>();
        for (AuthProviderFactory<?> factory : factories()) {
            tables.put(factory.name(), factory.configType());
        }
        return tables;
    }

    /**
     * Makes the providers that {@code tables} configures, in its order.
     *
     * @throws GatewayStartException when a provider cannot be made, with its message
     */
    public static Providers create(Map<String, Record> tables, ProviderContext context) throws GatewayStartException {
        List<AuthProvider> made = new ArrayList<>();
        try {
            for (Map.Entry<String, Record> table : tables.entrySet()) {
                made.add(create(table.getKey(), table.getValue(), context));
            }
            return new Providers(made);
        } catch (ProviderException e) {
            new Providers(made).close();
            throw new GatewayStartException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private static AuthProvider create(String name, Record table, ProviderContext context) throws ProviderException {
        for (AuthProviderFactory<?> factory : factories()) {
            if (factory.name().equals(name)) {
                return create(factory, table, context);
            }
        }
        throw new ProviderException("[auth." + name + "]: no such provider is installed");
    }

    private static <C extends Record> AuthProvider create(
            AuthProviderFactory<C> factory, Record table, ProviderContext context) throws ProviderException {
        try {
            return factory.create(factory.configType().cast(table), context);
        } catch (ProviderException e) {
            throw new ProviderException("[auth." + factory.name() + "]: " + e.getMessage(), e);
        }
    }

    private static List<AuthProviderFactory<?>> factories() {
        List<AuthProviderFactory<?>> found = new ArrayList<>();
        for (AuthProviderFactory<?> factory : ServiceLoader.load(AuthProviderFactory.class)) {
            found.add(factory);
        }
        return found;
    }

    /** The token mechanisms of all providers, in order. */
    List<TokenMechanism> tokenMechanisms() {
        return mechanisms(TokenMechanism.class);
    }

    /** Those who look for assertions in a browser's requests, in order. */
    List<AssertionMechanism> assertionMechanisms() {
        return mechanisms(AssertionMechanism.class);
    }

    /** Those who sign browsers in at other sites, in order. */
    List<PortalMechanism> portalMechanisms() {
        return mechanisms(PortalMechanism.class);
    }

    private <M extends Mechanism> List<M> mechanisms(Class<M> kind) {
        return providers.stream()
                .flatMap(provider -> provider.mechanisms().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        for (AuthProvider provider : providers) {
            try {
                provider.close();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("a provider did not close");
            }
        }
    }
}
