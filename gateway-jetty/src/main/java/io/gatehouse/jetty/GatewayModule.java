package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.audit.SummarisedAudit;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.kdcproxy.KdcProxy;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.limits.KnownSources;
import io.gatehouse.core.limits.RequestLimits;
import io.gatehouse.core.login.BrokenProviderListener;
import io.gatehouse.core.login.HttpLogin;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.login.PendingLogins;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.token.EndedUsers;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.TunnelSettings;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.dns.DnsServiceLocator;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.FrontGate;
import io.gatehouse.jetty.edge.OpenFileLimit;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.edge.RefusedConnections;
import io.gatehouse.jetty.edge.RequestRefusals;
import io.gatehouse.jetty.kdcproxy.KdcClient;
import io.gatehouse.jetty.kdcproxy.KdcProxyHandler;
import io.gatehouse.jetty.metrics.CountingAuditLog;
import io.gatehouse.jetty.metrics.DialTimes;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.ProviderFailures;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.metrics.SignInDurations;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.portal.PortalReception;
import io.gatehouse.jetty.portal.PortalServices;
import io.gatehouse.jetty.rdg.RdgHandler;
import io.gatehouse.jetty.rdg.SignInDesk;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.scheduling.PooledScheduler;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.target.TargetDialler;
import io.gatehouse.jetty.target.TargetOpener;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.tunnel.TunnelServices;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.work.CpuPool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.LoggerFactory;

/** How the parts of a gateway fit together. */
final class GatewayModule extends AbstractModule {

    private static final int MAX_PENDING_LOGINS = 10_000;
    /** For the answers to other guesses at the same account. */
    private static final Duration KDC_GUESS_PATIENCE = Duration.ofSeconds(2);
    /** For resolving the name of a KDC; another may have to be asked in the same request. */
    private static final Duration KDC_NAME_TIMEOUT = Duration.ofSeconds(2);

    private static final String BY_ADMINISTRATOR = "ended by an administrator";

    private final Configuration configuration;
    private final Clock clock;
    private final ByteBufferPool buffers;
    private final Providers providers;
    private final AuditTrail audit;
    private final Optional<PaaServices> tokens;
    private final MetricRegistry metrics;
    private final MonotonicClock time = MonotonicClock.system();
    private final KnownSources knownSources = new KnownSources(time);

    GatewayModule(
            Configuration configuration,
            Clock clock,
            ByteBufferPool buffers,
            Providers providers,
            AuditTrail audit,
            Optional<PaaServices> tokens,
            MetricRegistry metrics) {
        this.configuration = configuration;
        this.buffers = buffers;
        this.clock = clock;
        this.providers = providers;
        this.audit = audit;
        this.tokens = tokens;
        this.metrics = metrics;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().requireExactBindingAnnotations();
        binder().disableCircularProxies();
        bind(GatewayConfig.class).toInstance(configuration.gateway());
        bind(Configuration.class).toInstance(configuration);
        bind(Clock.class).toInstance(clock);
        bind(MonotonicClock.class).toInstance(time);
        bind(ByteBufferPool.class).toInstance(buffers);
        SummarisedAudit summarised = new SummarisedAudit(audit, time::nanos);
        bind(SummarisedAudit.class).toInstance(summarised);
        bind(AuditLog.class).toInstance(remembering(new CountingAuditLog(summarised, metrics)));
        bind(RequestRefusals.class).toInstance(new RequestRefusals(time::nanos, metrics));
        bind(MetricRegistry.class).toInstance(metrics);
        bind(AuditTrail.class).toInstance(audit);
        bind(Providers.class).toInstance(providers);
        bind(TunnelServices.class).in(Singleton.class);
        bind(OwnListeners.class).in(Singleton.class);
        bind(Gateway.class).in(Singleton.class);
    }

    /** Every sign-in, by whatever method and wherever, leaves this event. */
    private AuditLog remembering(AuditLog log) {
        return event -> {
            if (event instanceof AuditEvent.SignedIn signedIn) {
                knownSources.signedIn(signedIn.origin().client());
            }
            log.record(event);
        };
    }

    @Provides
    @Singleton
    Scheduler scheduler(QueuedThreadPool threads) {
        return new PooledScheduler("gateway-timer", threads);
    }

    @Provides
    @Singleton
    QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("gateway");
        return threads;
    }

    /** Where providers and the portal compute. */
    @Provides
    @Singleton
    CpuPool cpu() {
        return new CpuPool();
    }

    /** Where providers and resolvers block. */
    @Provides
    @Singleton
    ExecutorService blockingWork() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("sign-in-", 0).factory());
    }

    @Provides
    @Singleton
    Executor executor(ExecutorService blockingWork) {
        return blockingWork;
    }

    @Provides
    @Singleton
    FlowScheduler flows(MonotonicClock clock) {
        return new FlowScheduler(clock, Runtime.getRuntime().availableProcessors());
    }

    @Provides
    @Singleton
    Server server(QueuedThreadPool threads, Scheduler scheduler, ByteBufferPool buffers, FlowScheduler flows) {
        Server server = new Server(threads, scheduler, buffers);
        // Starts before what gives it work, and stops after.
        server.addBean(flows);
        return server;
    }

    @Provides
    @Singleton
    Mechanisms mechanisms() {
        return Mechanisms.of(providers.tokenMechanisms());
    }

    @Provides
    @Singleton
    GuessBudget guesses(GatewayConfig config, MonotonicClock time) {
        GatewayConfig.Limits limits = config.limits();
        return new GuessBudget(time, limits.guessesPerAccount(), limits.guessesPerSource(), limits.guessWindow());
    }

    @Provides
    @Singleton
    BrokenProviderListener brokenProviders() {
        ProviderFailures failures = new ProviderFailures(metrics);
        return (scheme, cause) -> {
            failures.count(scheme);
            LoggerFactory.getLogger(Providers.class)
                    .atError()
                    .addKeyValue("scheme", scheme)
                    .setCause(cause)
                    .log("a sign-in provider failed");
        };
    }

    @Provides
    @Singleton
    AccessPolicy policy(OwnListeners listeners) {
        return new AccessPolicy(configuration.policyRules(), listeners);
    }

    @Provides
    @Singleton
    TunnelSettings tunnelSettings(GatewayConfig config, Mechanisms mechanisms) {
        Set<ExtendedAuthScheme> schemes = EnumSet.noneOf(ExtendedAuthScheme.class);
        if (mechanisms.forExtendedAuth().isPresent()) {
            schemes.add(ExtendedAuthScheme.SSPI_NTLM);
        }
        if (tokens.isPresent()) {
            schemes.add(ExtendedAuthScheme.PAA);
        }
        GatewayConfig.Tunnel tunnel = config.tunnel();
        return new TunnelSettings(
                schemes,
                tunnel.consentMessage(),
                tunnel.consentRequired(),
                tunnel.consentTimeout(),
                config.limits().loginDeadline(),
                tunnel.keepalive());
    }

    @Provides
    @Singleton
    NameResolver resolver(GatewayConfig config) {
        return new NameResolver(config.tunnel().connectTimeout());
    }

    @Provides
    @Singleton
    TargetDialler dialler(
            GatewayConfig config,
            QueuedThreadPool threads,
            Scheduler scheduler,
            FlowScheduler flows,
            ByteBufferPool pool) {
        GatewayConfig.Tunnel tunnel = config.tunnel();
        return new TargetDialler(
                threads,
                scheduler,
                flows,
                pool,
                tunnel.connectTimeout(),
                tunnel.readSize(),
                new RelayedBytes(metrics),
                new DialTimes(metrics, time));
    }

    @Provides
    @Singleton
    TargetOpener opener(
            AccessPolicy policy,
            NameResolver resolver,
            TargetDialler dialler,
            ExecutorService blockingWork,
            MonotonicClock time,
            GatewayConfig config) {
        GatewayConfig.Limits limits = config.limits();
        return new TargetOpener(
                policy,
                resolver,
                dialler,
                blockingWork,
                config.tunnel().connectTimeout(),
                new KeyedRateLimit<>(time, limits.failedChannelsPerUser(), limits.failedChannelsBurst()));
    }

    @Provides
    @Singleton
    Tunnels tunnels(GatewayConfig config, MonotonicClock time) {
        int opens = config.limits().channelsPerTunnel();
        return new Tunnels(config.limits().tunnelsPerUser(), new KeyedRateLimit<>(time, opens, opens));
    }

    @Provides
    @Singleton
    RefusedConnections refusedConnections(Scheduler scheduler) {
        return new RefusedConnections(scheduler, time);
    }

    @Provides
    @Singleton
    ConnectionBudget budget(GatewayConfig config, Scheduler scheduler, RefusedConnections refusals) {
        GatewayConfig.Limits limits = config.limits();
        OpenFileLimit files = OpenFileLimit.current();
        return new ConnectionBudget(
                limits, files.connections(limits.connections()), scheduler, time, knownSources, refusals);
    }

    @Provides
    @Singleton
    Pairings pairings(GatewayConfig config, Scheduler scheduler) {
        return new Pairings(scheduler, config.limits().pairingTimeout());
    }

    @Provides
    @Singleton
    LoginServices login(GuessBudget guesses, CpuPool cpu, BrokenProviderListener brokenProviders) {
        return new LoginServices(
                guesses, cpu, configuration.domains(), brokenProviders, time, new SignInDurations(metrics));
    }

    @Provides
    @Singleton
    SignInDesk desk(Mechanisms mechanisms, LoginServices login, MonotonicClock time, GatewayConfig config) {
        return new SignInDesk(
                new HttpLogin(mechanisms, login),
                new PendingLogins(time, MAX_PENDING_LOGINS, config.limits().connectionsBeforeLoginPerSource()));
    }

    @Provides
    @Singleton
    RdgHandler rdgHandler(
            TunnelServices services,
            SignInDesk desk,
            Pairings pairings,
            ExecutorService blockingWork,
            ByteBufferPool pool,
            GatewayConfig config) {
        List<String> tokenHosts = config.auth().paa().stream()
                .flatMap(paa -> paa.hosts().stream().map(HostName::text))
                .toList();
        return new RdgHandler(services, desk, pairings, blockingWork, pool, tokenHosts);
    }

    /** The first handler behind the gate that knows a path answers. */
    @Provides
    @Singleton
    FrontGate gate(
            RdgHandler rdg,
            Optional<PortalHandler> portal,
            GuessBudget guesses,
            ConnectionBudget budget,
            RequestRefusals refusals,
            AuditLog log,
            MonotonicClock time,
            ExecutorService blockingWork,
            Scheduler scheduler) {
        List<Handler> handlers = new ArrayList<>();
        configuration
                .gateway()
                .kdcProxy()
                .map(config -> kdcProxy(config, guesses, log, time, blockingWork, scheduler))
                .ifPresent(handlers::add);
        portal.ifPresent(handlers::add);
        handlers.add(rdg);
        return new FrontGate(budget, refusals, handlers);
    }

    @Provides
    @Singleton
    Optional<PortalHandler> portal(
            AccessPolicy policy,
            NameResolver resolver,
            LoginServices login,
            AccountChecks accounts,
            Tunnels tunnels,
            AuditLog log,
            MonotonicClock time,
            ExecutorService blockingWork)
            throws GatewayStartException {
        Optional<PortalConfig> config = configuration.gateway().portal();
        Optional<GatewayConfig.Paa> paa = configuration.gateway().auth().paa();
        if (config.isEmpty() || paa.isEmpty() || tokens.isEmpty()) {
            return Optional.empty();
        }
        Optional<TokenMechanism> passwords = providers.tokenMechanisms().stream()
                .filter(mechanism ->
                        mechanism.scheme() == Scheme.BASIC && mechanism.venues().contains(Venue.PORTAL_FORM))
                .findFirst();
        PortalServices services = new PortalServices(
                tokens.get().tokens(),
                tokens.get().ledger(),
                policy,
                resolver.shareOf("the portal's lists"),
                login,
                accounts,
                passwords,
                tickets(),
                providers.assertionMechanisms(),
                providers.portalMechanisms(),
                tunnels,
                new PortalReception(),
                log,
                blockingWork,
                clock,
                time,
                new SecureRandom());
        return Optional.of(PortalHandler.open(configuration, config.get(), paa.get(), services));
    }

    @Provides
    @Singleton
    UserEnding userEnding(Tunnels tunnels, Optional<PortalHandler> portal) {
        return new UserEnding(tunnels, portal, tokens.map(PaaServices::ledger));
    }

    /** What ends users needs the parts that ask about them, so it is looked for when somebody is to be ended. */
    @Provides
    @Singleton
    AccountChecks accounts(GatewayConfig config, MonotonicClock time, Provider<UserEnding> ending) {
        return new AccountChecks(
                providers.accountDirectories(),
                configuration.domains(),
                time,
                config.auth().accountCheckInterval(),
                new AccountListener() {
                    @Override
                    public void accountGone(Identity user, String reason) {
                        ending.get().end(AccountNames.key(user), "the account is gone: " + reason);
                    }

                    @Override
                    public void directoryFailed(String provider, Throwable failure) {
                        LoggerFactory.getLogger(AccountChecks.class)
                                .atError()
                                .addKeyValue("provider", provider)
                                .setCause(failure)
                                .log("a sign-in provider failed to tell about an account");
                    }
                });
    }

    @Provides
    @Singleton
    AccountWatch accountWatch(
            AccountChecks accounts,
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            GatewayConfig config,
            ExecutorService blockingWork) {
        Supplier<Collection<Identity>> users = () -> {
            List<Identity> all = new ArrayList<>(tunnels.users());
            portal.ifPresent(handler -> all.addAll(handler.users()));
            return all;
        };
        return new AccountWatch(accounts, users, config.auth().accountCheckInterval(), blockingWork);
    }

    @Provides
    @Singleton
    Optional<PaaAuthentication> tokenAuthentication(GatewayConfig config, AccountChecks accounts) {
        return tokens.map(paa -> new PaaAuthentication(
                paa.tokens(),
                paa.ledger(),
                config.auth().paa().orElseThrow().clientAddress(),
                configuration.domains(),
                accounts));
    }

    /** Where tokens are on: their keys' folder has the file. */
    @Provides
    @Singleton
    Optional<EndedUsersWatch> endedUsers(UserEnding ending) {
        return configuration
                .gateway()
                .auth()
                .paa()
                .map(paa -> new EndedUsersWatch(
                        EndedUsers.beside(paa.keys()),
                        clock,
                        paa.lifetime(),
                        account -> ending.end(account, BY_ADMINISTRATOR)));
    }

    /** Kerberos alone: NTLM would make browsers ask for a password in a box of their own. */
    private Optional<Mechanisms> tickets() {
        List<TokenMechanism> kerberos = providers.tokenMechanisms().stream()
                .filter(mechanism -> mechanism.scheme() == Scheme.KERBEROS)
                .toList();
        return kerberos.isEmpty() ? Optional.empty() : Optional.of(Mechanisms.of(kerberos));
    }

    private Handler kdcProxy(
            GatewayConfig.KdcProxy config,
            GuessBudget guesses,
            AuditLog log,
            MonotonicClock time,
            Executor executor,
            Scheduler scheduler) {
        NameResolver names = new NameResolver(KDC_NAME_TIMEOUT);
        return new KdcProxyHandler(
                new KdcProxy(configuration.kdcProxyDomains(), config.kpasswd(), guesses, KDC_GUESS_PATIENCE, clock),
                new RequestLimits(time, config.requestsPerSource(), config.concurrentRequests()),
                new KdcClient(new DnsServiceLocator(), names.shareOf("the kdc proxy"), names::close),
                config.timeout(),
                configuration.gateway().limits().loginDeadline(),
                log,
                executor,
                scheduler,
                metrics);
    }
}
