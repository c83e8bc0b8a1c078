package io.gatehouse.provider.oidc;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.jwt.UnavailableException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes the provider {@code oidc}: browsers sign in at identity providers, and RDP clients with access tokens. */
public final class OidcProviderFactory implements AuthProviderFactory<OidcConfig> {
    static final String NAME = "oidc";

    /** For {@link java.util.ServiceLoader}. */
    public OidcProviderFactory() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> methods() {
        return Set.of(OidcPortalMechanism.METHOD, BearerMechanism.METHOD);
    }

    @Override
    public Class<OidcConfig> configType() {
        return OidcConfig.class;
    }

    /**
     * Asks every identity provider once, so that the log tells at the start which cannot be used yet; none has to
     * answer.
     */
    @Override
    public AuthProvider create(OidcConfig config, ProviderContext context) throws ProviderException {
        ConfigChecks.check(config);
        List<IdentityProvider> providers = new ArrayList<>();
        try {
            for (OidcConfig.Provider each : config.provider()) {
                providers.add(open(each, context));
            }
        } catch (ProviderException e) {
            providers.forEach(IdentityProvider::close);
            throw e;
        }
        return new OidcProvider(providers, mechanisms(providers, context), context.clock());
    }

    private static IdentityProvider open(OidcConfig.Provider config, ProviderContext context) throws ProviderException {
        try {
            return IdentityProvider.open(config, context);
        } catch (ProviderException e) {
            throw new ProviderException("provider \"%s\": %s".formatted(config.id(), e.getMessage()), e);
        }
    }

    private static void reach(IdentityProvider provider) {
        try {
            provider.endpoints();
        } catch (UnavailableException _) {
            // The log has it, and whoever signs in asks again.
        }
    }

    private static List<Mechanism> mechanisms(List<IdentityProvider> providers, ProviderContext context) {
        List<Mechanism> mechanisms = new ArrayList<>();
        providers.forEach(each -> mechanisms.add(new OidcPortalMechanism(each, context.random())));
        List<IdentityProvider> bearers = providers.stream()
                .filter(each -> each.accessTokens().isPresent())
                .toList();
        if (!bearers.isEmpty()) {
            mechanisms.add(new BearerMechanism(bearers));
        }
        return List.copyOf(mechanisms);
    }

    private record OidcProvider(List<IdentityProvider> providers, List<Mechanism> mechanisms, Clock clock)
            implements AuthProvider {
        @Override
        public void started() {
            providers.forEach(each -> Thread.ofVirtual().start(() -> reach(each)));
        }

        @Override
        public List<Examination> examinations() {
            return providers.stream()
                    .map(each -> (Examination) new IssuerExamination(each, clock))
                    .toList();
        }

        @Override
        public void close() {
            providers.forEach(IdentityProvider::close);
        }
    }
}
