package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ServerNames;
import io.gatehouse.core.config.ClientCertificate;
import io.gatehouse.core.forwarding.ForwardingHeader;
import io.gatehouse.core.forwarding.ProxyHeader;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.socket.KeepAlive;
import io.gatehouse.jetty.socket.PatientConnector;
import io.gatehouse.jetty.socket.ReadBuffer;
import io.gatehouse.jetty.socket.Selectors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** One {@code [[listener]]}: speaks HTTP/1.1 only, with or without TLS, and counts its connections. */
public final class ListenerConnector extends PatientConnector {
    /** Bytes; Kerberos tokens with many groups have up to 64 KiB, which are 86 KiB of text in one header line. */
    private static final int REQUEST_HEADER_SIZE = 96 * 1024;
    /** Milliseconds without a byte before a connection carries a tunnel. */
    private static final long IDLE_TIMEOUT = 30_000;

    private final FlowScheduler flows;
    private final ConnectionBudget budget;
    private final List<Cidr> trustedProxies;
    private final ForwardingHeader forwardingHeader;
    private final List<Cidr> proxyHeaderSenders;
    private final boolean proxyProtocol;
    private final boolean healthChecks;
    private final ClientCertificate clientCertificate;
    private final @Nullable ServerCertificate certificate;
    private final ServerNames serverNames;

    public ListenerConnector(
            Server server,
            Scheduler scheduler,
            ByteBufferPool pool,
            FlowScheduler flows,
            MonotonicClock time,
            InetSocketAddress address,
            @Nullable ServerCertificate certificate,
            ServerNames serverNames,
            List<Cidr> trustedProxies,
            ForwardingHeader forwardingHeader,
            List<Cidr> proxyHeaderSenders,
            boolean proxyProtocol,
            boolean healthChecks,
            ClientCertificate clientCertificate,
            ConnectionBudget budget) {
        super(
                server,
                scheduler,
                pool,
                Selectors.count(),
                time,
                factories(certificate, time, trustedProxies, proxyHeaderSenders, budget));
        this.flows = flows;
        this.budget = budget;
        this.trustedProxies = List.copyOf(trustedProxies);
        this.forwardingHeader = forwardingHeader;
        this.proxyHeaderSenders = List.copyOf(proxyHeaderSenders);
        this.proxyProtocol = proxyProtocol;
        this.healthChecks = healthChecks;
        this.clientCertificate = clientCertificate;
        this.certificate = certificate;
        this.serverNames = serverNames;
        setHost(
                address.getAddress().isAnyLocalAddress()
                        ? null
                        : address.getAddress().getHostAddress());
        setPort(address.getPort());
        setIdleTimeout(IDLE_TIMEOUT);
        setAcceptedTcpNoDelay(true);
        addBean(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                budget.encrypted(event.getEndPoint());
            }
        });
    }

    private static ConnectionFactory[] factories(
            @Nullable ServerCertificate certificate,
            MonotonicClock time,
            List<Cidr> trustedProxies,
            List<Cidr> proxyHeaderSenders,
            ConnectionBudget budget) {
        List<ConnectionFactory> factories = new ArrayList<>(factories(certificate, time, budget));
        if (!proxyHeaderSenders.isEmpty()) {
            factories.addFirst(new ProxyHeaders(factories.getFirst(), new ProxyHeaders.Judge() {
                @Override
                public boolean expectsHeader(EndPoint endPoint) {
                    return ListenerConnector.sends(proxyHeaderSenders, endPoint);
                }

                @Override
                public boolean identified(EndPoint endPoint, ProxyHeader header) {
                    return budget.identified(endPoint, header, address -> contain(trustedProxies, address));
                }

                @Override
                public void unidentified(EndPoint endPoint, String why) {
                    budget.cutOff(endPoint, why);
                }
            }));
        }
        return factories.toArray(ConnectionFactory[]::new);
    }

    /** The outermost protocol first. */
    private static List<ConnectionFactory> factories(
            @Nullable ServerCertificate certificate, MonotonicClock time, ConnectionBudget budget) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(REQUEST_HEADER_SIZE);
        configuration.setHeaderCacheSize(0);
        configuration.setHttpCompliance(HttpCompliance.STRICT);
        HttpConnectionFactory http = new RawTargets(configuration);
        // TLS decrypts into it: a smaller one would be filled by copying.
        http.setInputBufferSize(ReadBuffer.TLS_RECORD);
        if (certificate == null) {
            return List.of(http);
        }
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        return List.of(new TlsConnections(certificate, http.getProtocol(), time, budget::cutOff), http);
    }

    /** Where the configuration lets it listen; the port may be 0. */
    InetSocketAddress configuredAddress() {
        return new InetSocketAddress(getHost() == null ? "0.0.0.0" : getHost(), getPort());
    }

    /** Whether the peer of the TCP connection is a proxy whose word is taken. */
    boolean trusts(InetAddress address) {
        return contain(trustedProxies, address);
    }

    private static boolean contain(List<Cidr> blocks, InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** Whether there are proxies whose connections begin with a PROXY header. */
    boolean takesProxyHeaders() {
        return !proxyHeaderSenders.isEmpty();
    }

    private static boolean sends(List<Cidr> proxyHeaderSenders, EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer
                && contain(proxyHeaderSenders, peer.getAddress());
    }

    /** Whether it answers the health checks of load balancers. */
    boolean healthChecks() {
        return healthChecks;
    }

    /** Whether clients are asked for a certificate. */
    ClientCertificate clientCertificate() {
        return clientCertificate;
    }

    /** Where the trusted proxies write who came to them. */
    ForwardingHeader forwardingHeader() {
        return forwardingHeader;
    }

    /** Whether the connections themselves are encrypted. */
    boolean encrypted() {
        return certificate != null;
    }

    /** The certificate that it shows to clients; empty without TLS. */
    Optional<ServerCertificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /**
     * The peer behind a connection of this listener.
     *
     * @param address of the client
     * @param encrypted whether its connection is
     * @param viaProxy whether clients share the connection: they have seen what the proxy shows to them now, however
     *     old its connection to the gateway is
     */
    Peer peer(EndPoint endPoint, InetAddress address, boolean encrypted, boolean viaProxy) {
        if (certificate == null) {
            return new Peer(address, encrypted, viaProxy, List.of(), serverNames);
        }
        TlsIdentity seen = viaProxy
                ? certificate.current()
                : TlsConnection.identity(endPoint).orElseGet(certificate::current);
        return new Peer(address, encrypted, viaProxy, seen.acceptedBindings(), seen.names());
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        FairEndPoint endPoint = FairEndPoint.accepted(channel, selector, key, getScheduler(), flows);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    @Override
    protected void configure(Socket socket) {
        super.configure(socket);
        KeepAlive.watch(socket::setOption);
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        super.onEndPointOpened(endPoint);
        if (sends(proxyHeaderSenders, endPoint)) {
            budget.openedByProxy(endPoint);
        } else if (proxyProtocol) {
            budget.refuseStranger(endPoint);
        } else {
            budget.opened(endPoint, this::trusts);
        }
    }

    @Override
    protected void onEndPointClosed(EndPoint endPoint) {
        super.onEndPointClosed(endPoint);
        budget.closed(endPoint);
    }
}
