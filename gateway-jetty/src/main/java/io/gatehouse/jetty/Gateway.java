package io.gatehouse.jetty;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Stage;
import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.audit.SummarisedAudit;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.dns.DnsServiceLocator;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.FrontGate;
import io.gatehouse.jetty.edge.ListenerConnector;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.edge.RefusedConnections;
import io.gatehouse.jetty.edge.RequestRefusals;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.MetricsServer;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.target.TargetDialler;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.work.CpuPool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway.
 *
 * <p>{@link #close()} ends it gracefully: no new connections, every open channel is told to close, and after a short while
 * everything is cut.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    /** How long a summary of refusals may be late. */
    private static final Duration SUMMARIES = Duration.ofSeconds(5);

    private static final int LARGEST_BUFFER = 128 * 1024;
    /** Bytes of pooled buffers that are kept when nobody uses them. */
    private static final long POOL_MEMORY = 64L * 1024 * 1024;

    private static final String STORE_PASSWORD = "in memory only";

    private final Configuration configuration;
    private final Clock clock;
    private final Server server;
    private final Scheduler scheduler;
    private final ByteBufferPool pool;
    private final FlowScheduler flows;
    private final ConnectionBudget budget;
    private final RefusedConnections refusals;
    private final OwnListeners listeners;
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
    private final List<ListenerConnector> connectors = new ArrayList<>();
    private Optional<InetSocketAddress> metricsAt = Optional.empty();
    private final Optional<EndedUsersWatch> endedUsers;
    private final AccountWatch accounts;
    private Optional<MetricsServer> metricsServer = Optional.empty();

    @Inject
    Gateway(
            Configuration configuration,
            Clock clock,
            Server server,
            Scheduler scheduler,
            ByteBufferPool pool,
            FlowScheduler flows,
            ConnectionBudget budget,
            RefusedConnections refusals,
            OwnListeners listeners,
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
            AccountWatch accounts,
            SummarisedAudit summarised,
            RequestRefusals requestRefusals,
            FrontGate gate) {
        this.configuration = configuration;
        this.clock = clock;
        this.server = server;
        this.scheduler = scheduler;
        this.pool = pool;
        this.flows = flows;
        this.budget = budget;
        this.refusals = refusals;
        this.listeners = listeners;
        this.tunnels = tunnels;
        this.pairings = pairings;
        this.providers = providers;
        this.audit = audit;
        this.resolver = resolver;
        this.blockingWork = blockingWork;
        this.cpu = cpu;
        this.metrics = metrics;
        this.endedUsers = endedUsers;
        this.accounts = accounts;
        this.summarised = summarised;
        this.requestRefusals = requestRefusals;
        GatewayMetrics.register(metrics, tunnels, pairings, budget, refusals, audit, cpu);
        server.addBean(dialler);
        server.setHandler(gate);
        server.setErrorHandler(gate::answerError);
    }

    /**
     * Starts a gateway.
     *
     * @throws GatewayStartException with the reason why it cannot start
     */
    public static Gateway start(Configuration configuration) throws GatewayStartException {
        return start(
                configuration,
                Clock.systemUTC(),
                new ArrayByteBufferPool(0, -1, LARGEST_BUFFER, -1, POOL_MEMORY, POOL_MEMORY));
    }

    static Gateway start(Configuration configuration, Clock clock, ByteBufferPool buffers)
            throws GatewayStartException {
        Gateway gateway = assemble(
                configuration,
                clock,
                buffers,
                () -> new AuditTrail(configuration.gateway().audit().file(), clock));
        try {
            gateway.open();
            return gateway;
        } catch (GatewayStartException e) {
            gateway.close();
            throw e;
        }
    }

    /**
     * Makes everything that {@link #start} makes, and takes it apart again: what cannot be started fails here, for the same reason.
     * No port is bound and no audit file is written.
     *
     * @param listen whether every address is tried, too; then nothing else may listen there
     * @throws GatewayStartException with the reason why it cannot start
     */
    public static void rehearse(Configuration configuration, Clock clock, boolean listen) throws GatewayStartException {
        Gateway gateway = assemble(
                configuration,
                clock,
                new ArrayByteBufferPool(0, -1, LARGEST_BUFFER, -1, POOL_MEMORY, POOL_MEMORY),
                () -> new AuditTrail(Optional.empty(), clock));
        try {
            if (listen) {
                gateway.bind();
                if (gateway.metricsAt.isPresent()) {
                    gateway.showMetrics(gateway.metricsAt.get());
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
            Configuration configuration, Clock clock, ByteBufferPool buffers, AuditOpener opener)
            throws GatewayStartException {
        MetricRegistry metrics = new MetricRegistry();
        ProviderContext context = providerContext(configuration, clock, metrics);
        Optional<PaaServices> tokens = PaaServices.open(configuration, context.serverName(), clock);
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
                            new GatewayModule(configuration, clock, buffers, providers, audit, tokens, metrics))
                    .getInstance(Gateway.class);
        } catch (CreationException e) {
            providers.close();
            audit.close();
            if (e.getCause() instanceof GatewayStartException reason) {
                throw reason;
            }
            throw e;
        }
        try {
            gateway.connect();
            return gateway;
        } catch (GatewayStartException e) {
            gateway.dismantle();
            throw e;
        }
    }

    /** What providers are given for {@code configuration}. */
    public static ProviderContext providerContext(Configuration configuration, Clock clock, Metrics metrics) {
        String name =
                configuration.gateway().server().name().map(HostName::text).orElseGet(Gateway::hostName);
        boolean behindTrustedProxies = configuration.gateway().listener().stream()
                .anyMatch(listener -> !listener.trustedProxies().isEmpty());
        return new ProviderContext(
                clock,
                new SecureRandom(),
                name,
                configuration.domains(),
                new DnsServiceLocator(),
                metrics,
                behindTrustedProxies);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** The addresses that it listens on, in the order of the file, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** Where metrics are shown, with the real port; empty when they are not. */
    public Optional<InetSocketAddress> metricsAddress() {
        return metricsServer.map(MetricsServer::address);
    }

    /** Tunnels, half tunnels and connections that there are now, for tests that look for leaks. */
    public List<Integer> census() {
        return List.of(tunnels.count(), pairings.count(), budget.connections());
    }

    /** How long a connection without a tunnel may be silent, for tests that cannot wait as long as the real time. */
    public void setIdleTimeout(Duration timeout) {
        for (var connector : server.getConnectors()) {
            if (connector instanceof ListenerConnector listener) {
                listener.setIdleTimeout(timeout.toMillis());
            }
        }
    }

    /** Makes the listeners, which do not listen yet. */
    private void connect() throws GatewayStartException {
        for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
            ListenerConnector connector = connector(listener);
            connectors.add(connector);
            server.addConnector(connector);
        }
        if (configuration.gateway().metrics().isPresent()) {
            metricsAt = Optional.of(
                    address("[metrics]", configuration.gateway().metrics().get().address()));
        }
    }

    private void open() throws GatewayStartException {
        bind();
        endedUsers.ifPresent(EndedUsersWatch::start);
        accounts.start();
        try {
            server.start();
        } catch (Exception e) {
            throw new GatewayStartException("cannot listen: " + rootMessage(e), e);
        }
        for (ListenerConnector connector : connectors) {
            listeners.add(new InetSocketAddress(
                    connector.getHost() == null ? "0.0.0.0" : connector.getHost(), connector.getLocalPort()));
        }
        if (metricsAt.isPresent()) {
            showMetrics(metricsAt.get());
            metricsAddress()
                    .ifPresent(address ->
                            LOG.atInfo().addKeyValue("address", address).log("metrics page started"));
        }
        providers.started();
        tellOfRefusals();
        LOG.atInfo().addKeyValue("listeners", listeners.addresses()).log("gateway started");
    }

    /** Now and every few seconds, until the server stops. */
    private void tellOfRefusals() {
        summarised.tellEnded();
        requestRefusals.tellEnded();
        if (server.isRunning()) {
            scheduler.schedule(this::tellOfRefusals, SUMMARIES.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void bind() throws GatewayStartException {
        for (ListenerConnector connector : connectors) {
            try {
                connector.open();
            } catch (IOException e) {
                throw notBound("[[listener]]", connector.getHost(), connector.getPort(), e);
            }
        }
    }

    private void showMetrics(InetSocketAddress address) throws GatewayStartException {
        try {
            MetricsServer started = MetricsServer.start(address, metrics);
            metricsServer = Optional.of(started);
            listeners.addOther(started.address());
        } catch (IOException e) {
            throw notBound("[metrics]", address.getAddress().getHostAddress(), address.getPort(), e);
        }
    }

    /** The system's words for it, and what administrators look for next. */
    private static GatewayStartException notBound(String table, @Nullable String host, int port, IOException failure) {
        String reason = rootMessage(failure);
        String hint = "";
        if (reason.contains("in use")) {
            hint = " (another program listens there; find it with: ss -ltnp 'sport = :" + port + "')";
        } else if (reason.contains("Permission denied")) {
            hint = " (a port below 1024 needs the capability CAP_NET_BIND_SERVICE, which the systemd unit gives)";
        } else if (reason.contains("Cannot assign")) {
            hint = " (no interface of this machine has this address)";
        }
        return new GatewayStartException(
                table + " " + (host == null ? "" : host) + ":" + port + ": cannot listen: " + reason + hint, failure);
    }

    private ListenerConnector connector(GatewayConfig.Listener listener) throws GatewayStartException {
        List<X509Certificate> certificates = new ArrayList<>();
        SslContextFactory.@Nullable Server tls = null;
        if (listener.tls().isPresent()) {
            GatewayConfig.Tls files = listener.tls().get();
            TlsFiles pair = TlsFiles.read(files.certificate(), files.key(), clock);
            certificates.add(pair.chain().getFirst());
            for (Path certificate : files.channelBindingCertificates()) {
                certificates.add(TlsFiles.certificates(certificate).getFirst());
            }
            tls = new SslContextFactory.Server();
            tls.setKeyStore(pair.keyStore(STORE_PASSWORD));
            tls.setKeyStorePassword(STORE_PASSWORD);
            tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
            tls.setRenegotiationAllowed(false);
            tls.setSniRequired(false);
            start(tls);
        }
        List<ChannelBinding> bindings = new ArrayList<>();
        ServerNames names = new ServerNames(configuration.serverNames());
        for (X509Certificate certificate : certificates) {
            bindings.addAll(TlsFiles.channelBindings(certificate));
            names = names.and(TlsFiles.names(certificate));
        }
        return new ListenerConnector(
                server,
                scheduler,
                pool,
                flows,
                address("[[listener]]", listener.address()),
                tls,
                bindings,
                names,
                listener.trustedProxies(),
                listener.forwardingHeader(),
                budget);
    }

    /** Before anything listens, so that a pair which this Java runtime cannot use is found by then. */
    private static void start(SslContextFactory.Server tls) throws GatewayStartException {
        try {
            tls.start();
        } catch (Exception e) {
            throw new GatewayStartException("[listener.tls]: " + rootMessage(e), e);
        }
    }

    private static InetSocketAddress address(String table, ListenAddress configured) throws GatewayStartException {
        InetSocketAddress address = configured.host().isPresent()
                ? new InetSocketAddress(configured.host().get(), configured.port())
                : new InetSocketAddress(configured.port());
        if (address.isUnresolved()) {
            throw new GatewayStartException(
                    table + " " + configured + ": unknown host (expected an address of this machine,"
                            + " not the name of a network interface; \":" + configured.port() + "\" is all addresses)");
        }
        return address;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String outer = failure.getMessage();
        return outer == null || outer.equals(cause.getMessage()) ? cause.toString() : outer + ": " + cause.getMessage();
    }

    @Override
    public void close() {
        for (var connector : server.getConnectors()) {
            if (connector instanceof ListenerConnector listener) {
                listener.close();
            }
        }
        tunnels.terminateAll("the gateway stops");
        awaitTunnels();
        dismantle();
        LOG.info("gateway stopped");
    }

    private void dismantle() {
        try {
            server.stop();
            connectors.forEach(ListenerConnector::close);
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the server did not stop cleanly");
        }
        metricsServer.ifPresent(MetricsServer::close);
        endedUsers.ifPresent(EndedUsersWatch::close);
        accounts.close();
        refusals.tellAll();
        blockingWork.shutdownNow();
        cpu.close();
        resolver.close();
        providers.close();
        summarised.tellAll();
        requestRefusals.tellAll();
        audit.close();
    }

    private void awaitTunnels() {
        long end = System.nanoTime() + GOODBYE.toNanos();
        try {
            while (tunnels.count() > 0 && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
