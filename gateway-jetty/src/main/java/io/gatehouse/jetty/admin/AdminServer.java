package io.gatehouse.jetty.admin;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.admin.AdminTokenFile;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.CurrentTls;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.ServerCertificate;
import io.gatehouse.jetty.socket.PatientConnector;
import io.gatehouse.jetty.socket.UnknownConnections;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the admin API listens: a Unix domain socket, an address, or both. A server of its own with a few threads, so
 * that it answers while the gateway is flooded, and a flood of its callers does not reach the gateway.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MOST_THREADS = 12;
    private static final int MOST_CONNECTIONS = 64;
    /** The others are for administrators. */
    private static final int MOST_UNKNOWN_CONNECTIONS = 32;

    private static final Duration SIGN_IN_TIME = Duration.ofSeconds(20);
    private static final int REQUEST_HEADER_SIZE = 8192;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(20);
    private static final ServerNames LOOPBACK = new ServerNames(Set.of("localhost", "127.0.0.1", "::1"));

    private final Server server;
    private final Optional<Path> socket;
    private final Optional<PatientConnector> network;

    private AdminServer(Server server, Optional<Path> socket, Optional<PatientConnector> network) {
        this.server = server;
        this.socket = socket;
        this.network = network;
    }

    /**
     * Makes the server, which does not listen yet.
     *
     * @param certificates watches its certificate
     * @throws GatewayStartException when a file of the table, or its address, cannot be used
     */
    public static AdminServer make(AdminConfig config, AdminServices services, CertificateReload certificates)
            throws GatewayStartException {
        Optional<AdminTokenFile> tokens = tokens(config, services);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
        threads.setName("admin");
        Server server = new Server(threads);
        UnknownConnections connections =
                new UnknownConnections(services.scheduler(), SIGN_IN_TIME, MOST_UNKNOWN_CONNECTIONS);
        config.socket().ifPresent(path -> {
            UnixDomainServerConnector connector = new UnixDomainServerConnector(server, 1, 1, http());
            connector.setUnixDomainPath(path);
            connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
            connector.addBean(connections);
            server.addConnector(connector);
            server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
        });
        ServerNames names = LOOPBACK;
        Optional<ServerCertificate> certificate = Optional.empty();
        Optional<PatientConnector> network = Optional.empty();
        if (config.address().isPresent()) {
            certificate = certificate(config, services);
            certificate.ifPresent(certificates::add);
            ListenAddress address = config.address().get();
            names = names.and(address.host().stream().toList());
            PatientConnector connector = connector(server, address, certificate, services.time());
            connector.addBean(connections);
            server.addConnector(connector);
            server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
            network = Optional.of(connector);
        }
        AdminHandler handler = new AdminHandler(
                new AdminSignIn(tokens, services.time()), connections, services, isName(names, certificate));
        server.setHandler(handler);
        server.setErrorHandler(handler::answerError);
        return new AdminServer(server, config.socket(), network);
    }

    private static Optional<AdminTokenFile> tokens(AdminConfig config, AdminServices services)
            throws GatewayStartException {
        if (config.tokens().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(AdminTokenFile.open(config.tokens().get(), services.clock()));
        } catch (ProviderException e) {
            throw new GatewayStartException("[admin]: " + e.getMessage(), e);
        }
    }

    private static Optional<ServerCertificate> certificate(AdminConfig config, AdminServices services)
            throws GatewayStartException {
        if (config.tls().isEmpty()) {
            return Optional.empty();
        }
        AdminConfig.Tls files = config.tls().get();
        return Optional.of(
                ServerCertificate.ofFiles("[admin.tls]", files.certificate(), files.key(), services.clock()));
    }

    /** The names of the certificate that is in force are names of the server, too. */
    private static Predicate<String> isName(ServerNames names, Optional<ServerCertificate> certificate) {
        return host -> names.include(host)
                || certificate.filter(inForce -> inForce.names().include(host)).isPresent();
    }

    private static PatientConnector connector(
            Server server, ListenAddress configured, Optional<ServerCertificate> certificate, MonotonicClock time)
            throws GatewayStartException {
        InetSocketAddress address = ListenAddresses.resolve("[admin]", configured);
        HttpConnectionFactory http = http();
        PatientConnector connector = certificate.isPresent()
                ? new PatientConnector(
                        server, null, null, 1, time, new CurrentTls(certificate.get(), http.getProtocol()), http)
                : new PatientConnector(server, null, null, 1, time, http);
        connector.setHost(host(address));
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        return connector;
    }

    private static @Nullable String host(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? null
                : address.getAddress().getHostAddress();
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(REQUEST_HEADER_SIZE);
        return new HttpConnectionFactory(configuration);
    }

    /**
     * Listens.
     *
     * @throws GatewayStartException when a socket or an address is not to be had
     */
    public void open() throws GatewayStartException {
        if (network.isPresent()) {
            try {
                network.get().open();
            } catch (IOException e) {
                throw ListenAddresses.notBound(
                        "[admin]", network.get().getHost(), network.get().getPort(), e);
            }
        }
        try {
            if (socket.isPresent()) {
                AdminSocket.removeStale(socket.get());
            }
            server.start();
            if (socket.isPresent()) {
                AdminSocket.closeToOthers(socket.get());
            }
        } catch (Exception e) {
            close();
            throw new GatewayStartException(
                    "[admin] " + socket.map(Path::toString).orElse("") + ": cannot listen: "
                            + GatewayStartException.rootMessage(e),
                    e);
        }
        LOG.atInfo()
                .addKeyValue("socket", socket.map(Path::toString).orElse("none"))
                .addKeyValue(
                        "address", address().map(InetSocketAddress::toString).orElse("none"))
                .log("admin API started");
    }

    /** Where it listens on the network, with the real port. */
    public Optional<InetSocketAddress> address() {
        return network.filter(connector -> connector.getLocalPort() > 0)
                .map(connector -> new InetSocketAddress(
                        connector.getHost() == null ? "0.0.0.0" : connector.getHost(), connector.getLocalPort()));
    }

    @Override
    public void close() {
        network.ifPresent(PatientConnector::close);
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the admin API did not stop cleanly");
        }
    }
}
