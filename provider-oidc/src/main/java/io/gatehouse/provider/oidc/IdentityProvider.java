package io.gatehouse.provider.oidc;

import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.Signatures;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One identity provider of the configuration, and what is known of it. Safe for use by many threads. */
final class IdentityProvider implements AutoCloseable {
    private final OidcConfig.Provider config;
    private final IssuerClient http;
    private final Discovery discovery;
    private final Clock clock;
    private final IdTokens idTokens;
    private final LogoutTokens logoutTokens;
    private final Optional<AccessTokens> accessTokens;
    private final TokenEndpoint tokenEndpoint;
    private final ClaimIdentities identities;
    private final SignInCounters counters;

    private volatile @Nullable Keys keys;

    private record Keys(URI address, SigningKeys keys) {}

    private IdentityProvider(
            OidcConfig.Provider config, IssuerClient http, ClientCredentials credentials, ProviderContext context)
            throws ProviderException {
        this.config = config;
        this.http = http;
        this.clock = context.clock();
        this.discovery = new Discovery(config.id(), config.issuer(), http, clock);
        Skew clocks = new Skew(clock, config.clockSkew());
        SignedTokens signed = new SignedTokens(config.issuer(), Signatures.algorithms(config.algorithms()), clocks);
        this.idTokens = new IdTokens(signed, config.clientId());
        this.logoutTokens = new LogoutTokens(signed, config.clientId(), clocks);
        this.accessTokens = config.bearer().map(bearer -> new AccessTokens(signed, bearer));
        this.tokenEndpoint = new TokenEndpoint(credentials, http);
        this.identities = ClaimIdentities.of(config, context.domains());
        this.counters = new SignInCounters(context.metrics(), config.id(), discovery::isKnown);
    }

    /**
     * Reads the files of a configuration; asks nobody.
     *
     * @throws ProviderException when it cannot work
     */
    static IdentityProvider open(OidcConfig.Provider config, ProviderContext context) throws ProviderException {
        ClientCredentials credentials = ClientCredentials.of(config);
        return new IdentityProvider(config, new IssuerClient(config.ca(), config.timeout()), credentials, context);
    }

    OidcConfig.Provider config() {
        return config;
    }

    IssuerClient http() {
        return http;
    }

    Endpoints endpoints() throws UnavailableException {
        return discovery.metadata();
    }

    /** Its keys, from where its discovery document says that they are. */
    SigningKeys keys() throws UnavailableException {
        URI address = endpoints().keys();
        Keys now = keys;
        if (now != null && now.address().equals(address)) {
            return now.keys();
        }
        synchronized (this) {
            Keys meanwhile = keys;
            if (meanwhile != null && meanwhile.address().equals(address)) {
                return meanwhile.keys();
            }
            SigningKeys made = SigningKeys.ofSet(address, http, clock);
            keys = new Keys(address, made);
            return made;
        }
    }

    IdTokens idTokens() {
        return idTokens;
    }

    LogoutTokens logoutTokens() {
        return logoutTokens;
    }

    Optional<AccessTokens> accessTokens() {
        return accessTokens;
    }

    TokenEndpoint tokenEndpoint() {
        return tokenEndpoint;
    }

    ClaimIdentities identities() {
        return identities;
    }

    SignInCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "IdentityProvider[" + config.id() + "]";
    }
}
