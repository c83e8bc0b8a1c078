package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.jetty.admin.AdminServer;
import io.gatehouse.jetty.admin.AdminServices;
import io.gatehouse.jetty.admin.Administration;
import io.gatehouse.jetty.admin.BlockFile;
import io.gatehouse.jetty.admin.UserControl;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import io.gatehouse.jetty.diagnosis.DebugWatches;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires the admin API, where the configuration has one, and what it does to users. */
final class AdminModule extends AbstractModule {
    @Provides
    @Singleton
    BlockFile blockFile(GatewayConfig config) {
        return new BlockFile(config.admin().flatMap(AdminConfig::blocks));
    }

    /** Users who were blocked before a restart are blocked before anybody can sign in. */
    @Provides
    @Singleton
    UserBlocks blocks(Configuration configuration, Clock clock, BlockFile file) throws GatewayStartException {
        UserBlocks blocks = new UserBlocks(clock, configuration.domains());
        file.load(blocks);
        return blocks;
    }

    /** What ends users needs the portal, and the portal's pages for administrators need these: so it is found later. */
    @Provides
    @Singleton
    AdminServices services(
            Configuration configuration,
            Tunnels tunnels,
            Provider<UserEnding> users,
            UserBlocks blocks,
            BlockFile blockFile,
            Optional<SecondFactors> secondFactors,
            Optional<GrantDesk> grants,
            Optional<TicketDesk> deviceTickets,
            Drain drain,
            DebugWatches watches,
            ConnectionLog connections,
            Provider<Gateway> gateway,
            Provider<Reload> reload,
            AuditLog audit,
            Scheduler scheduler,
            Clock clock,
            MonotonicClock time) {
        UserControl control = new UserControl() {
            @Override
            public Ended end(NamedAccount account, String why) {
                return users.get().end(account, why);
            }

            @Override
            public int end(Session session, String why) {
                return users.get().end(session, why);
            }
        };
        return new AdminServices(
                tunnels,
                control,
                blocks,
                blockFile,
                secondFactors,
                grants,
                deviceTickets,
                drain,
                watches,
                connections,
                () -> gateway.get().status(),
                by -> reload.get().reload(by),
                configuration.domains(),
                audit,
                scheduler,
                clock,
                time);
    }

    @Provides
    @Singleton
    Administration administration(AdminServices services) {
        return new Administration(services);
    }

    @Provides
    @Singleton
    Optional<AdminServer> server(Configuration configuration, AdminServices services, CertificateReload certificates)
            throws GatewayStartException {
        Optional<AdminConfig> config = configuration.gateway().admin();
        return config.isPresent()
                ? Optional.of(AdminServer.make(config.get(), services, certificates))
                : Optional.empty();
    }
}
