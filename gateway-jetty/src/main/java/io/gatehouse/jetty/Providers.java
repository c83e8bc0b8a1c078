package io.gatehouse.jetty;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.core.config.ProviderTable;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sign-in providers: those that are installed, and those that the configuration file switches on. */
public final class Providers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    private final Map<String, AuthProvider> byName;
    private final Collection<AuthProvider> providers;

    private Providers(Map<String, AuthProvider> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
        this.providers = this.byName.values();
    }

    /** What the configuration file has to know of all installed providers, by their names. */
    public static Map<String, ProviderTable> installed() {
        Map<String, ProviderTable> tables = new LinkedHashMap<>();
        InstalledProviders.find().byName().forEach((name, installed) -> tables.put(name, installed.table()));
        return tables;
    }

    /** What is wrong with the installed providers themselves, whatever the configuration says. */
    public static List<String> problemsOfInstallation() {
        return InstalledProviders.find().problems();
    }

    /**
     * Makes the providers that {@code tables} configures, in its order.
     *
     * @throws GatewayStartException when some cannot be made, with the message of each
     */
    public static Providers create(Map<String, Record> tables, ProviderContext context) throws GatewayStartException {
        InstalledProviders installed = InstalledProviders.find();
        List<String> problems = new ArrayList<>(installed.problems());
        Map<String, AuthProvider> made = new LinkedHashMap<>();
        for (Map.Entry<String, Record> table : tables.entrySet()) {
            try {
                made.put(table.getKey(), create(installed, table.getKey(), table.getValue(), context));
            } catch (GatewayStartException e) {
                problems.addAll(e.problems());
            }
        }
        Providers providers = new Providers(made);
        if (!problems.isEmpty()) {
            providers.close();
            throw new GatewayStartException(problems);
        }
        return providers;
    }

    private static AuthProvider create(InstalledProviders installed, String name, Record table, ProviderContext context)
            throws GatewayStartException {
        InstalledProviders.@Nullable Installed found = installed.byName().get(name);
        if (found == null) {
            throw new GatewayStartException("[auth." + name + "]: no such provider is installed");
        }
        try {
            return create(found.factory(), table, context);
        } catch (ProviderException e) {
            throw new GatewayStartException("[auth." + name + "]: " + e.getMessage(), e);
        } catch (RuntimeException | LinkageError e) {
            throw new GatewayStartException(
                    "[auth." + name + "]: the provider of " + InstalledProviders.origin(found.factory()) + " failed: "
                            + e,
                    e);
        }
    }

    private static <C extends Record> AuthProvider create(
            AuthProviderFactory<C> factory, Record table, ProviderContext context) throws ProviderException {
        return factory.create(factory.configType().cast(table), context);
    }

    /** The token mechanisms of all providers, in order. */
    List<TokenMechanism> tokenMechanisms() {
        return mechanisms(TokenMechanism.class);
    }

    /** Those who look for assertions in a browser's requests, and sign users in by them, in order. */
    List<AssertionMechanism> assertionMechanisms() {
        return mechanisms(AssertionMechanism.class).stream()
                .filter(mechanism ->
                        !(mechanism instanceof CertificateMechanism certificates) || certificates.signsIn())
                .toList();
    }

    /** Those who judge certificates of clients, in order. */
    List<CertificateMechanism> certificateMechanisms() {
        return mechanisms(CertificateMechanism.class);
    }

    /** Those who sign browsers in at other sites, in order. */
    List<PortalMechanism> portalMechanisms() {
        return mechanisms(PortalMechanism.class);
    }

    /** What tells about accounts, by the names of the providers that have such a thing. */
    public Map<String, AccountDirectory> accountDirectories() {
        Map<String, AccountDirectory> directories = new LinkedHashMap<>();
        byName.forEach((name, provider) -> provider.accounts().ifPresent(known -> directories.put(name, known)));
        return directories;
    }

    /** What each provider examines, by the names of the providers. */
    public Map<String, List<Examination>> examinations() {
        Map<String, List<Examination>> all = new LinkedHashMap<>();
        byName.forEach((name, provider) -> all.put(name, provider.examinations()));
        return all;
    }

    /**
     * The names of providers whose identities are accounts of domains, and that tell nothing about accounts themselves.
     */
    Set<String> ofDomainAccounts() {
        Set<String> names = new LinkedHashSet<>();
        byName.forEach((name, provider) -> {
            if (provider.accounts().isEmpty() && provider.namesDomainAccounts()) {
                names.add(name);
            }
        });
        return names;
    }

    private <M extends Mechanism> List<M> mechanisms(Class<M> kind) {
        return providers.stream()
                .flatMap(provider -> provider.mechanisms().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** Tells them that the gateway serves from now on. */
    void started() {
        providers.forEach(AuthProvider::started);
    }

    @Override
    public void close() {
        for (AuthProvider provider : providers) {
            try {
                provider.close();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("a provider could not be closed");
            }
        }
    }
}
