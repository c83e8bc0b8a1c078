package io.gatehouse.jetty;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.audit.SummarisedAudit;
import io.gatehouse.core.config.ClientCertificate;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.MachineName;
import io.gatehouse.jetty.acme.AcmeCertificates;
import io.gatehouse.jetty.activity.ActivityHistory;
import io.gatehouse.jetty.admin.AdminServer;
import io.gatehouse.jetty.admin.GatewayStatus;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.dns.DnsServiceLocator;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.edge.FrontGate;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.Listeners;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.edge.RefusedConnections;
import io.gatehouse.jetty.edge.RequestRefusals;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.kdcproxy.KdcClient;
import io.gatehouse.jetty.metrics.EventLoopDelays;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.MetricsServer;
import io.gatehouse.jetty.metrics.RecentRefusals;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.GatewayVersion;
import io.gatehouse.jetty.startup.StateOwner;
import io.gatehouse.jetty.target.TargetDialler;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.wake.Waker;
import io.gatehouse.jetty.work.CpuPool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway.
 *
 * <p>{@link #close()} ends it: no new connections, every open channel is told to close, and after a short while
 * everything is cut. {@link #drain} before it gives users time.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    /** How long a summary of refusals, and the end of a tunnel that stands still, may be late. */
    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);

    private static final Duration BETWEEN_MEASUREMENTS = Duration.ofSeconds(1);

    private static final int LARGEST_BUFFER = 128 * 1024;
    /** Bytes of pooled buffers that are kept when nobody uses them. */
    private static final long POOL_MEMORY = 64L * 1024 * 1024;

    private final Configuration configuration;
    private final MonotonicClock time;
    private final Server server;
    private final Scheduler scheduler;
    private final ConnectionBudget budget;
    private final RefusedConnections refusals;
    private final Listeners listeners;
    private final CertificateReload certificates;
    private final Optional<AcmeCertificates> acme;
    private final OwnListeners addresses;
    private final Tunnels tunnels;
    private final Pairings pairings;
    private final Providers providers;
    private final AuditTrail audit;
    private final NameResolver resolver;
    private final ExecutorService blockingWork;
    private final CpuPool cpu;
    private final MetricRegistry metrics;
    private final SummarisedAudit summarised;
    private final RequestRefusals requestRefusals;
    private final ActivityHistory activity;
    private final RelayedBytes relayed;
    private final AuditLog log;
    private final RecentRefusals recent;
    private final EventLoopDelays eventLoops;
    private Optional<InetSocketAddress> metricsAt = Optional.empty();
    private final Optional<EndedUsersWatch> endedUsers;
    private final Optional<SecondFactorWatch> secondFactors;
    private final AccountWatch accounts;
    private final Drain drain;
    private final Optional<AdminServer> admin;
    private final Clock clock;
    private final KdcClient kdcs;
    private final Reload reload;
    private final FinalDrain finalDrain;
    private final StateOwner owner;
    private final Optional<PaaServices> tokens;
    private final Optional<GrantDesk> grants;
    private final Waker waker;
    private final Optional<TicketDesk> deviceTickets;
    private Optional<MetricsServer> metricsServer = Optional.empty();
    private volatile Instant started = Instant.EPOCH;
    private volatile boolean serving;

    @Inject
    Gateway(
            Configuration configuration,
            MonotonicClock time,
            Server server,
            Scheduler scheduler,
            ConnectionBudget budget,
            RefusedConnections refusals,
            Listeners listeners,
            CertificateReload certificates,
            Optional<AcmeCertificates> acme,
            OwnListeners addresses,
            Tunnels tunnels,
            Pairings pairings,
            Providers providers,
            AuditTrail audit,
            NameResolver resolver,
            ExecutorService blockingWork,
            CpuPool cpu,
            TargetDialler dialler,
            MetricRegistry metrics,
            Optional<EndedUsersWatch> endedUsers,
            Optional<SecondFactorWatch> secondFactors,
            AccountWatch accounts,
            UserBlocks blocks,
            Approvals approvals,
            Drain drain,
            Optional<AdminServer> admin,
            Clock clock,
            KdcClient kdcs,
            Reload reload,
            Optional<GrantDesk> grants,
            Waker waker,
            Optional<TicketDesk> deviceTickets,
            SummarisedAudit summarised,
            RequestRefusals requestRefusals,
            ActivityHistory activity,
            RelayedBytes relayed,
            AuditLog log,
            RecentRefusals recent,
            FrontGate gate,
            FinalDrain finalDrain,
            StateOwner owner,
            Optional<PaaServices> tokens) {
        this.configuration = configuration;
        this.time = time;
        this.server = server;
        this.scheduler = scheduler;
        this.budget = budget;
        this.refusals = refusals;
        this.listeners = listeners;
        this.certificates = certificates;
        this.acme = acme;
        this.addresses = addresses;
        this.tunnels = tunnels;
        this.pairings = pairings;
        this.providers = providers;
        this.audit = audit;
        this.resolver = resolver;
        this.blockingWork = blockingWork;
        this.cpu = cpu;
        this.metrics = metrics;
        this.endedUsers = endedUsers;
        this.secondFactors = secondFactors;
        this.accounts = accounts;
        this.drain = drain;
        this.admin = admin;
        this.clock = clock;
        this.kdcs = kdcs;
        this.reload = reload;
        this.grants = grants;
        this.waker = waker;
        this.deviceTickets = deviceTickets;
        this.summarised = summarised;
        this.requestRefusals = requestRefusals;
        this.activity = activity;
        this.relayed = relayed;
        this.log = log;
        this.recent = recent;
        this.finalDrain = finalDrain;
        this.owner = owner;
        this.tokens = tokens;
        this.eventLoops = new EventLoopDelays(metrics, time);
        GatewayMetrics.register(
                metrics, tunnels, pairings, budget, refusals, audit, cpu, drain, blocks, approvals, deviceTickets);
        server.addBean(dialler);
        server.setHandler(gate);
        server.setErrorHandler(gate::answerError);
    }

    /**
     * Puts a gateway together that does not listen yet; {@link #open} starts it.
     *
     * @param source where a reload reads the configuration again
     * @param owner of the state of {@code configuration}; it is closed with the gateway, or when there is none
     * @throws GatewayStartException with the reason why {@code configuration} cannot be used
     */
    public static Gateway prepare(Configuration configuration, ConfigurationSource source, StateOwner owner)
            throws GatewayStartException {
        return prepare(
                configuration,
                source,
                owner,
                Clock.systemUTC(),
                MonotonicClock.system(),
                new ArrayByteBufferPool(0, -1, LARGEST_BUFFER, -1, POOL_MEMORY, POOL_MEMORY));
    }

    private static Gateway prepare(
            Configuration configuration,
            ConfigurationSource source,
            StateOwner owner,
            Clock clock,
            MonotonicClock time,
            ByteBufferPool buffers)
            throws GatewayStartException {
        source.apply(configuration.gateway().log());
        try {
            return assemble(
                    configuration,
                    source,
                    owner,
                    clock,
                    time,
                    buffers,
                    () -> AuditTrail.open(
                            configuration.gateway().audit(),
                            configuration.gateway().webhook(),
                            serverName(configuration),
                            clock,
                            time));
        } catch (GatewayStartException e) {
            owner.close();
            throw e;
        }
    }

    static Gateway start(
            Configuration configuration,
            ConfigurationSource source,
            Clock clock,
            MonotonicClock time,
            ByteBufferPool buffers)
            throws GatewayStartException {
        Gateway gateway = prepare(configuration, source, StateOwner.of(configuration), clock, time, buffers);
        gateway.open();
        return gateway;
    }

    /**
     * Makes everything that {@link #start} makes, and takes it apart again: what cannot be started fails here, for the
     * same reason. No port is bound and no audit file is written.
     *
     * @param listen whether every address is tried, too; then nothing else may listen there
     * @throws GatewayStartException with the reason why it cannot start
     */
    public static void rehearse(Configuration configuration, Clock clock, boolean listen) throws GatewayStartException {
        Gateway gateway = assemble(
                configuration,
                ConfigurationSource.NONE,
                StateOwner.ofNothing(),
                clock,
                MonotonicClock.system(),
                new ArrayByteBufferPool(0, -1, LARGEST_BUFFER, -1, POOL_MEMORY, POOL_MEMORY),
                () -> AuditTrail.rehearsal(
                        configuration.gateway().audit(), configuration.gateway().webhook(), clock));
        try {
            if (listen) {
                gateway.listeners.bind();
                if (gateway.acme.isPresent()) {
                    gateway.acme.get().open();
                }
                if (gateway.metricsAt.isPresent()) {
                    gateway.showMetrics(gateway.metricsAt.get());
                }
                if (gateway.admin.isPresent()) {
                    gateway.admin.get().open();
                }
            }
        } finally {
            gateway.dismantle();
        }
    }

    @FunctionalInterface
    private interface AuditOpener {
        AuditTrail open() throws GatewayStartException;
    }

    /** A gateway that does not listen yet: all that is left to fail is the network. */
    private static Gateway assemble(
            Configuration configuration,
            ConfigurationSource source,
            StateOwner owner,
            Clock clock,
            MonotonicClock time,
            ByteBufferPool buffers,
            AuditOpener opener)
            throws GatewayStartException {
        MetricRegistry metrics = new MetricRegistry();
        ProviderContext context = providerContext(configuration, clock, metrics);
        Optional<PaaServices> tokens = PaaServices.open(configuration, owner, context.serverName(), clock, time);
        Providers providers = Providers.create(configuration.providers(), context);
        AuditTrail audit;
        try {
            audit = opener.open();
        } catch (GatewayStartException e) {
            providers.close();
            throw e;
        }
        Gateway gateway;
        try {
            gateway = Guice.createInjector(
                            Stage.PRODUCTION,
                            new GatewayModule(
                                    configuration,
                                    source,
                                    clock,
                                    time,
                                    buffers,
                                    providers,
                                    audit,
                                    owner,
                                    tokens,
                                    metrics))
                    .getInstance(Gateway.class);
        } catch (CreationException e) {
            providers.close();
            audit.close();
            throw startException(e).orElseThrow(() -> e);
        }
        try {
            gateway.connect();
            return gateway;
        } catch (GatewayStartException e) {
            gateway.dismantle();
            throw e;
        }
    }

    /**
     * Why what the gateway is made of could not be made; empty for a fault of the program. Everything that needs a part
     * asks for it again, so that there are several failures for one reason, and {@link CreationException#getCause} is
     * none of them.
     */
    private static Optional<GatewayStartException> startException(CreationException failed) {
        SequencedSet<String> problems = new LinkedHashSet<>();
        for (Message error : failed.getErrorMessages()) {
            for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof GatewayStartException reason) {
                    problems.addAll(reason.problems());
                }
            }
        }
        return problems.isEmpty() ? Optional.empty() : Optional.of(new GatewayStartException(List.copyOf(problems)));
    }

    /** What providers are given for {@code configuration}. */
    public static ProviderContext providerContext(Configuration configuration, Clock clock, Metrics metrics) {
        String name = serverName(configuration);
        boolean behindTrustedProxies = configuration.gateway().listener().stream()
                .anyMatch(listener -> !listener.trustedProxies().isEmpty());
        boolean asksForCertificates = configuration.gateway().listener().stream()
                .anyMatch(listener -> listener.clientCertificate() != ClientCertificate.NONE);
        return new ProviderContext(
                clock,
                new SecureRandom(),
                name,
                configuration.domains(),
                new DnsServiceLocator(),
                metrics,
                behindTrustedProxies,
                asksForCertificates);
    }

    private static String serverName(Configuration configuration) {
        return configuration.gateway().server().name().map(HostName::text).orElseGet(MachineName::text);
    }

    /** The addresses that it listens on, in the order of the file, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return addresses.addresses();
    }

    /** What puts a changed configuration into force. */
    public Reload configurationReload() {
        return reload;
    }

    /** Where metrics are shown, with the real port; empty when they are not. */
    Optional<InetSocketAddress> metricsAddress() {
        return metricsServer.map(MetricsServer::address);
    }

    /** Where the admin API listens on the network, with the real port; empty when it does not. */
    public Optional<InetSocketAddress> adminAddress() {
        return admin.flatMap(AdminServer::address);
    }

    /** Whether it takes new tunnels. */
    private boolean isReady() {
        return serving && drain.isReady();
    }

    /** Whether the scheduler and every event loop do a small task within {@code limit}. */
    public boolean responds(Duration limit) throws InterruptedException {
        return responds(server, scheduler, limit);
    }

    static boolean responds(Server server, Scheduler scheduler, Duration limit) throws InterruptedException {
        Collection<ManagedSelector> selectors = server.getContainedBeans(ManagedSelector.class);
        CountDownLatch answers = new CountDownLatch(selectors.size() + 1);
        selectors.forEach(selector -> selector.submit(_ -> answers.countDown()));
        scheduler.schedule(answers::countDown, 0, TimeUnit.NANOSECONDS);
        return answers.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How it is now. */
    GatewayStatus status() {
        return new GatewayStatus(
                GatewayVersion.text(),
                isReady(),
                started,
                addresses.addresses(),
                tunnels.count(),
                pairings.count(),
                budget.connections(),
                budget.beforeLogin(),
                audit.lost(),
                recent.ofLastMinute(),
                listeners.certificateEnds().values().stream().map(Supplier::get).min(Comparator.naturalOrder()),
                acme.flatMap(obtained -> obtained.status().problem()).or(certificates::problem),
                acme.map(obtained -> obtained.status().nextAttempt()));
    }

    /** Tunnels, half tunnels and connections that there are now. */
    List<Integer> census() {
        return List.of(tunnels.count(), pairings.count(), budget.connections());
    }

    /** Takes the events of all parts. */
    AuditLog log() {
        return log;
    }

    /** How busy it was. */
    ActivityHistory activity() {
        return activity;
    }

    /** How long a connection without a tunnel may be silent. */
    void setIdleTimeout(Duration timeout) {
        listeners.setIdleTimeout(timeout);
    }

    /** Makes the listeners, which do not listen yet. */
    private void connect() throws GatewayStartException {
        listeners.make();
        GatewayMetrics.registerCertificates(metrics, listeners.certificateEnds());
        if (configuration.gateway().metrics().isPresent()) {
            metricsAt = Optional.of(ListenAddresses.resolve(
                    "[metrics]", configuration.gateway().metrics().get().address()));
        }
    }

    /**
     * Starts what {@link #prepare} made.
     *
     * @throws GatewayStartException with the reason why it cannot listen; it is closed then
     */
    public void open() throws GatewayStartException {
        try {
            listen();
        } catch (GatewayStartException e) {
            close();
            throw e;
        }
    }

    /** The pages for monitoring come first: they say that the gateway is not ready until its listeners are open. */
    private void listen() throws GatewayStartException {
        if (metricsAt.isPresent()) {
            showMetrics(metricsAt.get());
            metricsAddress()
                    .ifPresent(address ->
                            LOG.atInfo().addKeyValue("address", address).log("metrics page started"));
        }
        listeners.bind();
        tokens.map(PaaServices::file).ifPresent(UsedTokenFile::resume);
        if (acme.isPresent()) {
            acme.get().open();
            acme.get().address().ifPresent(addresses::addOther);
        }
        endedUsers.ifPresent(EndedUsersWatch::start);
        secondFactors.ifPresent(SecondFactorWatch::start);
        accounts.start();
        certificates.start();
        try {
            server.start();
        } catch (Exception e) {
            throw new GatewayStartException("cannot listen: " + GatewayStartException.rootMessage(e), e);
        }
        listeners.started();
        if (admin.isPresent()) {
            admin.get().open();
            admin.get().address().ifPresent(addresses::addOther);
        }
        providers.started();
        acme.ifPresent(AcmeCertificates::start);
        started = clock.instant();
        serving = true;
        makeRounds();
        measureEventLoops();
        audit.started();
        LOG.atInfo().addKeyValue("listeners", addresses.addresses()).log("gateway started");
    }

    /** Now and every few seconds, until the server stops. */
    private void makeRounds() {
        new Rounds(
                        scheduler,
                        server::isRunning,
                        BETWEEN_ROUNDS,
                        this::endGrants,
                        () -> deviceTickets.ifPresent(TicketDesk::round),
                        () -> tunnels.endStalled(
                                configuration.gateway().tunnel().writeTimeout()),
                        summarised::tellEnded,
                        requestRefusals::tellEnded,
                        () -> activity.sample(tunnels.channels(), relayed.sumToTarget(), relayed.sumToClient()))
                .make();
    }

    /** Lets grants end now that have ended: the time between two rounds is too long for tests to wait for. */
    void endGrants() {
        grants.ifPresent(GrantDesk::round);
    }

    /** Now and every second, until the server stops. */
    private void measureEventLoops() {
        new Rounds(
                        scheduler,
                        server::isRunning,
                        BETWEEN_MEASUREMENTS,
                        () -> server.getContainedBeans(ManagedSelector.class).forEach(eventLoops::measure))
                .make();
    }

    private void showMetrics(InetSocketAddress address) throws GatewayStartException {
        try {
            MetricsServer started = MetricsServer.start(address, metrics, this::isReady, time);
            metricsServer = Optional.of(started);
            addresses.addOther(started.address());
        } catch (IOException e) {
            throw ListenAddresses.notBound("[metrics]", address.getAddress().getHostAddress(), address.getPort(), e);
        }
    }

    /** How long {@link #drain} waits for open sessions, at most: {@code [server] drain-limit}. */
    public Duration drainLimit() {
        return configuration.gateway().server().drainLimit();
    }

    /**
     * Takes no more connections, and returns when all sessions have ended, after {@link #drainLimit}, or when {@link
     * #hurry} was called. Only {@link #close()} may follow.
     *
     * @param by who gave the order, for audit lines
     */
    public void drain(String by) {
        EndSteps.each(
                () -> acme.ifPresent(AcmeCertificates::close), // challenges would not reach it any more
                () -> finalDrain.await(drainLimit(), by));
    }

    /** Lets {@link #drain} wait no longer. */
    public void hurry() {
        finalDrain.hurry();
    }

    @Override
    public void close() {
        serving = false;
        EndSteps.each(
                reload::stop,
                listeners::close,
                () -> tunnels.terminateAll(false, "the gateway stops"),
                () -> tunnels.awaitNone(GOODBYE));
        dismantle();
        LOG.info("gateway stopped");
    }

    private void dismantle() {
        EndSteps.each(
                server::stop,
                listeners::close,
                () -> tokens.map(PaaServices::file).ifPresent(UsedTokenFile::leave),
                () -> deviceTickets.ifPresent(TicketDesk::close),
                () -> metricsServer.ifPresent(MetricsServer::close),
                () -> admin.ifPresent(AdminServer::close),
                () -> endedUsers.ifPresent(EndedUsersWatch::close),
                () -> secondFactors.ifPresent(SecondFactorWatch::close),
                accounts::close,
                () -> acme.ifPresent(AcmeCertificates::close),
                certificates::close,
                refusals::tellAll,
                waker::close,
                blockingWork::shutdownNow,
                cpu::close,
                resolver::close,
                kdcs::close,
                providers::close,
                summarised::tellAll,
                requestRefusals::tellAll,
                audit::stopped,
                audit::close,
                owner::close);
    }
}
