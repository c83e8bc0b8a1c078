package io.gatehouse.jetty.grant;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GrantsConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Wires temporary grants, where the configuration has them. */
public final class GrantModule extends AbstractModule {
    @Provides
    @Singleton
    Optional<GrantDesk> desk(
            Configuration configuration,
            PolicyInForce policy,
            Tunnels tunnels,
            AccountChecks accounts,
            AuditLog audit,
            Clock clock,
            MonotonicClock time,
            Executor executor)
            throws GatewayStartException {
        Optional<GrantsConfig> config = configuration.gateway().portal().flatMap(PortalConfig::grants);
        return config.isEmpty()
                ? Optional.empty()
                : Optional.of(new GrantDesk(
                        config.get().settings(configuration.domains()),
                        config.get().file(),
                        configuration.grantableDesktops(),
                        new GrantServices(policy, tunnels, accounts, audit, clock, time, executor)));
    }
}
