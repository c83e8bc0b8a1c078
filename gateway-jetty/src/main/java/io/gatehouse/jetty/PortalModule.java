package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.config.TotpConfig;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.ticket.PortalPresence;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpFile;
import io.gatehouse.jetty.activity.ActivityHistory;
import io.gatehouse.jetty.activity.RecentEvents;
import io.gatehouse.jetty.admin.Administration;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ClientCertificates;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.portal.PortalServices;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.LiveTunnels;
import io.gatehouse.jetty.wake.Waker;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the portal, where the configuration has one. */
final class PortalModule extends AbstractModule {
    private static final Logger LOG = LoggerFactory.getLogger(PortalModule.class);

    /** The admin API needs them, too. */
    @Provides
    @Singleton
    Optional<SecondFactors> secondFactors(Configuration configuration, Clock clock) throws GatewayStartException {
        Optional<PortalConfig> portal = configuration.gateway().portal();
        Optional<TotpConfig> config = portal.flatMap(PortalConfig::totp);
        if (portal.isEmpty() || config.isEmpty()) {
            return Optional.empty();
        }
        try {
            TotpFile file = TotpFile.open(config.get().file(), clock);
            if (file.isNew()) {
                LOG.atWarn()
                        .addKeyValue("file", config.get().file())
                        .log("a new file of one-time codes was made: nobody has a second factor yet");
            }
            return Optional.of(new SecondFactors(
                    file,
                    config.get().settings(configuration.domains(), portal.get().title()),
                    configuration.domains(),
                    clock,
                    new SecureRandom()));
        } catch (ProviderException e) {
            throw new GatewayStartException("[portal.totp]: " + e.getMessage(), e);
        }
    }

    @Provides
    @Singleton
    Optional<SecondFactorWatch> secondFactorWatch(Optional<SecondFactors> factors, AuditLog audit) {
        return factors.map(watched -> new SecondFactorWatch(watched, audit));
    }

    /** Tunnels ask the portal about users, and the portal has pages about tunnels: so it is found later. */
    @Provides
    @Singleton
    PortalPresence presence(Provider<Optional<PortalHandler>> portal) {
        return new PortalPresence() {
            @Override
            public List<Identity> sessions(Identity user, Optional<Source> at) {
                return portal.get().map(pages -> pages.sessions(user, at)).orElse(List.of());
            }

            @Override
            public boolean hasDesktop(String desktop, Identity user, Target target) {
                return portal.get()
                        .filter(pages -> pages.hasDesktop(desktop, user, target))
                        .isPresent();
            }
        };
    }

    @Provides
    @Singleton
    Optional<PortalHandler> portal(
            Configuration configuration,
            Optional<PaaServices> tokens,
            Providers providers,
            Mechanisms mechanisms,
            PolicyInForce policy,
            NameResolver resolver,
            LoginServices login,
            AccountChecks accounts,
            ClientCertificates certificates,
            LiveTunnels tunnels,
            Waker waker,
            Optional<GrantDesk> grants,
            Optional<TicketDesk> deviceTickets,
            Approvals approvals,
            AuditLog log,
            Administration administration,
            Drain drain,
            Optional<SecondFactors> secondFactors,
            RecentEvents recent,
            ActivityHistory activity,
            Clock clock,
            MonotonicClock time,
            Executor executor)
            throws GatewayStartException {
        Optional<PortalConfig> config = configuration.gateway().portal();
        Optional<GatewayConfig.Paa> paa = configuration.gateway().auth().paa();
        if (config.isEmpty() || paa.isEmpty() || tokens.isEmpty()) {
            return Optional.empty();
        }
        PortalServices services = new PortalServices(
                tokens.get().tokens(),
                tokens.get().ledger(),
                policy,
                resolver.shareOf("the portal's lists"),
                resolver.shareOf("the admin area"),
                login,
                accounts,
                mechanisms.forPortalForm(),
                mechanisms.forBrowsers(),
                providers.assertionMechanisms(),
                certificates,
                providers.portalMechanisms(),
                secondFactors,
                tunnels,
                waker,
                grants,
                deviceTickets,
                approvals,
                log,
                administration,
                drain,
                recent,
                activity,
                executor,
                clock,
                time,
                new SecureRandom());
        return Optional.of(PortalHandler.open(configuration, config.get(), paa.get(), services));
    }
}
