package io.gatehouse.jetty.edge;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.config.ClientCertificate;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
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
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
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
            ClientCertificates certificates) {
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
            tls = pair.server("[listener.tls]", authorities(listener));
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
                time,
                ListenAddresses.resolve("[[listener]]", listener.address()),
                tls,
                bindings,
                names,
                listener.trustedProxies(),
                listener.forwardingHeader(),
                listener.proxyHeaderSenders(),
                listener.proxyProtocol(),
                listener.healthChecks(),
                listener.clientCertificate(),
                budget);
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
            if (connector.encrypted()) {
                ends.putIfAbsent(tables.get(i).address().toString(), connector::certificateEnd);
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
