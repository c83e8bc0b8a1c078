package io.gatehouse.jetty.edge;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.ClientCertificate;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.net.HostName;
import io.gatehouse.jetty.metrics.TlsHandshakes;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.startup.GatewayStartException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;

/** The {@code [[listener]]} tables as connectors of the server: made, bound to their addresses, and closed. */
public final class Listeners {
    private final Configuration configuration;
    private final Clock clock;
    private final MonotonicClock time;
    private final Server server;
    private final Scheduler scheduler;
    private final ByteBufferPool pool;
    private final FlowScheduler flows;
    private final ConnectionBudget budget;
    private final OwnListeners own;
    private final TlsHandshakes handshakes;
    private final ClientCertificates certificates;
    private final CertificateReload reload;
    private final AlpnChallenges challenges;
    private final List<ListenerConnector> connectors = new ArrayList<>();

    @Inject
    Listeners(
            Configuration configuration,
            Clock clock,
            MonotonicClock time,
            Server server,
            Scheduler scheduler,
            ByteBufferPool pool,
            FlowScheduler flows,
            ConnectionBudget budget,
            OwnListeners own,
            TlsHandshakes handshakes,
            ClientCertificates certificates,
            CertificateReload reload,
            AlpnChallenges challenges) {
        this.configuration = configuration;
        this.clock = clock;
        this.time = time;
        this.server = server;
        this.scheduler = scheduler;
        this.pool = pool;
        this.flows = flows;
        this.budget = budget;
        this.own = own;
        this.handshakes = handshakes;
        this.certificates = certificates;
        this.reload = reload;
        this.challenges = challenges;
    }

    /**
     * Makes them; they do not listen yet.
     *
     * @throws GatewayStartException when a certificate, a key or an address cannot be used
     */
    public void make() throws GatewayStartException {
        for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
            ListenerConnector connector = connector(listener);
            connector.addBean(handshakes, false);
            connectors.add(connector);
            server.addConnector(connector);
        }
        reserveThreads();
    }

    /** Those that listeners have for themselves are not taken from the ones that serve requests. */
    private void reserveThreads() {
        if (server.getThreadPool() instanceof ThreadPool.SizedThreadPool threads) {
            int own = connectors.stream()
                    .mapToInt(connector -> connector.getAcceptors()
                            + connector.getSelectorManager().getSelectorCount())
                    .sum();
            threads.setMaxThreads(threads.getMaxThreads() + own);
        }
    }

    private ListenerConnector connector(GatewayConfig.Listener listener) throws GatewayStartException {
        ServerNames names = new ServerNames(configuration.serverNames());
        @Nullable ServerCertificate certificate = null;
        if (listener.tls().isPresent()) {
            certificate = certificate(listener, listener.tls().get(), names);
            reload.add(certificate);
        }
        return new ListenerConnector(
                server,
                scheduler,
                pool,
                flows,
                time,
                ListenAddresses.resolve("[[listener]]", listener.address()),
                certificate,
                names,
                listener.trustedProxies(),
                listener.forwardingHeader(),
                listener.proxyHeaderSenders(),
                listener.proxyProtocol(),
                listener.healthChecks(),
                listener.clientCertificate(),
                budget);
    }

    private ServerCertificate certificate(GatewayConfig.Listener listener, GatewayConfig.Tls tls, ServerNames names)
            throws GatewayStartException {
        CertificateFiles files =
                new CertificateFiles(configuration.gateway().paths(tls), tls.channelBindingCertificates());
        String place = "[[listener]] " + listener.address();
        if (!tls.acme()) {
            return ServerCertificate.open(
                    place,
                    ServerCertificate.Source.of(
                            files::digest,
                            () -> identity(listener, TlsFiles.read(files.paths(), clock), files.proxies(), names)),
                    clock);
        }
        List<String> acmeNames =
                configuration.gateway().acmeNames().stream().map(HostName::host).toList();
        AcmePair pair = new AcmePair(files, acmeNames, clock);
        return ServerCertificate.open(
                place,
                ServerCertificate.Source.of(
                        pair::version, () -> identity(listener, pair.read(), files.proxies(), names)),
                clock);
    }

    private TlsIdentity identity(GatewayConfig.Listener listener, TlsFiles pair, List<Path> proxies, ServerNames names)
            throws GatewayStartException {
        X509Certificate leaf = pair.chain().getFirst();
        ServerNames all = names.and(TlsFiles.names(leaf));
        List<ChannelBinding> ofProxies = new ArrayList<>();
        for (Path proxy : proxies) {
            X509Certificate shown = TlsFiles.certificates(proxy).getFirst();
            ofProxies.addAll(TlsFiles.channelBindings(shown));
            all = all.and(TlsFiles.names(shown));
        }
        return new TlsIdentity(
                pair.serverTls("[listener.tls]", authorities(listener), challenges(listener)),
                pair.chain(),
                TlsFiles.channelBindings(leaf),
                ofProxies,
                List.of(),
                all);
    }

    private Optional<AlpnChallenges> challenges(GatewayConfig.Listener listener) {
        boolean areAnswered = listener.tls().map(GatewayConfig.Tls::acme).orElse(false)
                && configuration
                        .gateway()
                        .acme()
                        .filter(acme -> acme.challenge() == AcmeChallenge.TLS_ALPN_01)
                        .isPresent();
        return areAnswered ? Optional.of(challenges) : Optional.empty();
    }

    /** Whose certificates clients may show; empty to ask for none. */
    private Optional<Supplier<List<X509Certificate>>> authorities(GatewayConfig.Listener listener)
            throws GatewayStartException {
        if (listener.clientCertificate() == ClientCertificate.NONE) {
            return Optional.empty();
        }
        if (!certificates.areJudged()) {
            throw new GatewayStartException("[[listener]] " + listener.address()
                    + ": client-certificate, but no provider of [auth] order judges certificates (expected"
                    + " \"certificate\" in it, and a table [auth.certificate])");
        }
        return Optional.of(certificates::authorities);
    }

    /** Binds them to their addresses, or to the socket that systemd has handed over for one of them. */
    public void bind() throws GatewayStartException {
        Optional<ActivationSocket> lent = ActivationSocket.ofThisProcess();
        int borrower = lent.isEmpty()
                ? -1
                : lent.get()
                        .belongsTo(connectors.stream()
                                .map(ListenerConnector::configuredAddress)
                                .toList());
        for (int i = 0; i < connectors.size(); i++) {
            ListenerConnector connector = connectors.get(i);
            try {
                if (i == borrower) {
                    connector.openLent(lent.orElseThrow().channel());
                } else {
                    connector.open();
                }
            } catch (IOException e) {
                throw ListenAddresses.notBound("[[listener]]", connector.getHost(), connector.getPort(), e);
            }
        }
    }

    /** The server runs: their real ports are known, and are no targets. */
    public void started() {
        for (ListenerConnector connector : connectors) {
            own.add(new InetSocketAddress(connector.configuredAddress().getAddress(), connector.getLocalPort()));
        }
    }

    /** When the certificates of those with TLS end, by their addresses as the configuration has them. */
    public Map<String, Supplier<Instant>> certificateEnds() {
        Map<String, Supplier<Instant>> ends = new LinkedHashMap<>();
        List<GatewayConfig.Listener> tables = configuration.gateway().listener();
        for (int i = 0; i < connectors.size(); i++) {
            ListenerConnector connector = connectors.get(i);
            Optional<ServerCertificate> certificate = connector.certificate();
            if (certificate.isPresent()) {
                ends.putIfAbsent(tables.get(i).address().toString(), certificate.get()::end);
            }
        }
        return ends;
    }

    /** How long a connection without a tunnel may be silent. */
    public void setIdleTimeout(Duration timeout) {
        connectors.forEach(connector -> connector.setIdleTimeout(timeout.toMillis()));
    }

    /** Takes no more connections. */
    public void close() {
        connectors.forEach(ListenerConnector::close);
    }
}
