package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditGuard;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.audit.SummarisedAudit;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.limits.KnownSources;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.jetty.acme.AcmeCertificates;
import io.gatehouse.jetty.activity.ActivityHistory;
import io.gatehouse.jetty.activity.RecentEvents;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import io.gatehouse.jetty.diagnosis.DebugWatches;
import io.gatehouse.jetty.edge.AlpnChallenges;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.ClientCertificates;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.EdgeModule;
import io.gatehouse.jetty.edge.FrontGate;
import io.gatehouse.jetty.edge.HealthHandler;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.edge.RequestRefusals;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.grant.GrantModule;
import io.gatehouse.jetty.kdcproxy.KdcProxyHandler;
import io.gatehouse.jetty.kdcproxy.KdcProxyModule;
import io.gatehouse.jetty.metrics.CountingAuditLog;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RecentRefusals;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.rdg.RdgHandler;
import io.gatehouse.jetty.rdg.RdgModule;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateOwner;
import io.gatehouse.jetty.target.TargetModule;
import io.gatehouse.jetty.ticket.TicketModule;
import io.gatehouse.jetty.tunnel.TunnelModule;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.wake.WakeModule;
import io.gatehouse.jetty.wake.Waker;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;

/** How the rooms of a gateway fit together; what a room has inside is wired by its own module. */
final class GatewayModule extends AbstractModule {
    private final Configuration configuration;
    private final ConfigurationSource source;
    private final Clock clock;
    private final MonotonicClock time;
    private final ByteBufferPool buffers;
    private final Providers providers;
    private final AuditTrail audit;
    private final StateOwner owner;
    private final Optional<PaaServices> tokens;
    private final MetricRegistry metrics;

    GatewayModule(
            Configuration configuration,
            ConfigurationSource source,
            Clock clock,
            MonotonicClock time,
            ByteBufferPool buffers,
            Providers providers,
            AuditTrail audit,
            StateOwner owner,
            Optional<PaaServices> tokens,
            MetricRegistry metrics) {
        this.configuration = configuration;
        this.source = source;
        this.clock = clock;
        this.time = time;
        this.buffers = buffers;
        this.providers = providers;
        this.audit = audit;
        this.owner = owner;
        this.tokens = tokens;
        this.metrics = metrics;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().requireExactBindingAnnotations();
        binder().disableCircularProxies();
        bind(Configuration.class).toInstance(configuration);
        bind(GatewayConfig.class).toInstance(configuration.gateway());
        bind(Clock.class).toInstance(clock);
        bind(MonotonicClock.class).toInstance(time);
        bind(ByteBufferPool.class).toInstance(buffers);
        bind(Providers.class).toInstance(providers);
        bind(StateOwner.class).toInstance(owner);
        bind(AuditTrail.class).toInstance(audit);
        bind(AuditGuard.class).toInstance(audit);
        RecentEvents recent =
                new RecentEvents(clock, configuration.gateway().portal().isPresent());
        bind(RecentEvents.class).toInstance(recent);
        bind(ActivityHistory.class).toInstance(new ActivityHistory(clock));
        AuditLog kept = event -> {
            audit.record(event);
            recent.record(event);
        };
        bind(SummarisedAudit.class).toInstance(new SummarisedAudit(kept, time::nanos));
        bind(MetricRegistry.class).toInstance(metrics);
        bind(Metrics.class).toInstance(metrics);
        bind(new TypeLiteral<Optional<PaaServices>>() {}).toInstance(tokens);
        install(new ServerModule());
        install(new SignInModule());
        install(new AccountModule());
        install(new EdgeModule());
        install(new TargetModule());
        install(new WakeModule());
        install(new GrantModule());
        install(new TicketModule());
        install(new TunnelModule());
        install(new RdgModule());
        install(new KdcProxyModule());
        install(new PortalModule());
        install(new AdminModule());
        bind(FinalDrain.class).in(Singleton.class);
        bind(Gateway.class).in(Singleton.class);
    }

    /** Every sign-in, by whatever method and wherever, leaves an event, and its source is a known one from then on. */
    @Provides
    @Singleton
    AuditLog log(
            SummarisedAudit summarised,
            KnownSources known,
            RecentRefusals recent,
            ConnectionLog connections,
            ActivityHistory activity) {
        AuditLog counted = new CountingAuditLog(summarised, metrics, recent);
        return event -> {
            if (event instanceof AuditEvent.SignedIn signedIn) {
                known.signedIn(signedIn.origin().client());
            }
            activity.record(event);
            connections.observe(event);
            counted.record(event);
        };
    }

    /** What keeps the certificate of the ACME server; a reload lets it try again. */
    @Provides
    @Singleton
    Optional<AcmeCertificates> acme(AlpnChallenges challenges, CertificateReload reload) throws GatewayStartException {
        Optional<AcmeCertificates> acme = AcmeCertificates.of(configuration, challenges, metrics, clock, time);
        acme.ifPresent(certificates -> reload.alsoRun(certificates::retry));
        return acme;
    }

    @Provides
    @Singleton
    DebugWatches watches() {
        return new DebugWatches(configuration.domains(), clock);
    }

    @Provides
    @Singleton
    ConnectionLog connections(DebugWatches watches) {
        return new ConnectionLog(watches, clock);
    }

    @Provides
    @Singleton
    Reload reload(
            PolicyInForce policy,
            OwnListeners listeners,
            CertificateReload certificates,
            Tunnels tunnels,
            Waker waker,
            Optional<GrantDesk> grants,
            Optional<PortalHandler> portal,
            ApprovalDemands demands,
            AuditLog log) {
        return new Reload(
                configuration,
                source,
                policy,
                listeners,
                certificates,
                tunnels,
                waker,
                grants,
                portal,
                rules -> demands.rulesChanged(rules, clock.instant()),
                log,
                Reload.PATIENCE);
    }

    /** The first handler behind the gate that knows a path answers. */
    @Provides
    @Singleton
    FrontGate gate(
            ConnectionBudget budget,
            RequestRefusals refusals,
            AuditGuard guard,
            ConnectionLog connections,
            HealthHandler health,
            ClientCertificates certificates,
            Executor executor,
            Optional<KdcProxyHandler> kdcProxy,
            Optional<PortalHandler> portal,
            RdgHandler rdg) {
        List<Handler> handlers = new ArrayList<>();
        handlers.add(health);
        kdcProxy.ifPresent(handlers::add);
        portal.ifPresent(handlers::add);
        handlers.add(rdg);
        return new FrontGate(budget, refusals, guard, connections, certificates, executor, handlers);
    }
}
