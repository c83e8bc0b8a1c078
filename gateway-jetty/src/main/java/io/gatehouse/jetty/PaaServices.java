package io.gatehouse.jetty;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.token.PaaKeyFile;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaTokens;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateOwner;
import java.time.Clock;
import java.util.Optional;

/**
 * Everything about tokens, where the configuration wants them.
 *
 * @param tokens mints and verifies them
 * @param ledger remembers them
 * @param file keeps what the ledger knows over a restart
 */
record PaaServices(PaaTokens tokens, PaaLedger ledger, UsedTokenFile file) {

    /**
     * What {@code [auth.paa]} asks for.
     *
     * @param owner has the lock of the keys
     * @param gateway the name of the gateway, for which tokens are made
     * @throws GatewayStartException when its keys cannot be used
     */
    static Optional<PaaServices> open(
            Configuration configuration, StateOwner owner, String gateway, Clock clock, MonotonicClock time)
            throws GatewayStartException {
        Optional<Paa> config = configuration.gateway().auth().paa();
        return config.isPresent() ? Optional.of(open(config.get(), owner, gateway, clock, time)) : Optional.empty();
    }

    private static PaaServices open(Paa config, StateOwner owner, String gateway, Clock clock, MonotonicClock time)
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
                config.lifetime(),
                config.roaming());
        PaaLedger ledger = new PaaLedger(limits, clock, time);
        return new PaaServices(
                new PaaTokens(keys::keys, gateway, clock),
                ledger,
                UsedTokenFile.beside(config.keys(), owner.lockOf(config.keys()), ledger));
    }
}
