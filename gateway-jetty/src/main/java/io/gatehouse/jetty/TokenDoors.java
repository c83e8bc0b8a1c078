package io.gatehouse.jetty;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.token.PaaDoor;
import io.gatehouse.core.token.PaaKeyFile;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaTokens;
import java.time.Clock;
import java.util.Optional;

/** Makes the door for clients with tokens, where the configuration wants one. */
final class TokenDoors {
    private TokenDoors() {}

    /**
     * The door of {@code [auth.paa]}.
     *
     * @param gateway the name of the gateway, for which tokens are made
     * @throws GatewayStartException when its keys cannot be used
     */
    static Optional<PaaDoor> open(Configuration configuration, String gateway, Clock clock)
            throws GatewayStartException {
        Optional<Paa> config = configuration.gateway().auth().paa();
        return config.isPresent() ? Optional.of(open(configuration, config.get(), gateway, clock)) : Optional.empty();
    }

    private static PaaDoor open(Configuration configuration, Paa config, String gateway, Clock clock)
            throws GatewayStartException {
        PaaKeyFile keys;
        try {
            keys = PaaKeyFile.open(config.keys(), clock);
        } catch (ProviderException e) {
            throw new GatewayStartException("[auth.paa]: " + e.getMessage(), e);
        }
        PaaLedger.Limits limits = new PaaLedger.Limits(
                config.reuseWindow(),
                config.reconnectWindow(),
                config.reconnects(),
                config.reconnectFor(),
                config.lifetime());
        return new PaaDoor(
                new PaaTokens(keys::keys, gateway, clock),
                new PaaLedger(limits, clock),
                config.clientAddress(),
                configuration.domains());
    }
}
