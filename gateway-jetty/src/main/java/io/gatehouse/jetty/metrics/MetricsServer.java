package io.gatehouse.jetty.metrics;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.socket.PatientConnector;
import io.gatehouse.jetty.socket.UnknownConnections;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics}, {@code /livez} and {@code /readyz} over plain HTTP. A server of its own with a few
 * threads, so that neither can starve the other: the numbers can be read while the gateway is flooded, and a flood of
 * readers does not reach the gateway.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String METRICS = "/metrics";
    private static final String LIVE = "/livez";
    private static final String READY = "/readyz";
    private static final byte[] YES = "ok\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO = "no\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_THREADS = 7;
    /** The oldest of more makes room: those who hold them open keep no probe and no Prometheus out. */
    private static final int MOST_CONNECTIONS = 32;
    /** Of a connection, which carries one request. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int REQUEST_HEADER_SIZE = 4096;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(20);

    private final Server server;
    private final PatientConnector connector;

    private MetricsServer(Server server, PatientConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts to listen.
     *
     * @param ready whether the gateway takes new tunnels
     * @throws IOException when the address is not to be had
     */
    public static MetricsServer start(
            InetSocketAddress address, MetricRegistry registry, BooleanSupplier ready, MonotonicClock time)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
        threads.setName("metrics");
        Server server = new Server(threads);
        PatientConnector connector = new PatientConnector(server, null, null, 1, time, http());
        connector.setHost(
                address.getAddress().isAnyLocalAddress()
                        ? null
                        : address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        server.addConnector(connector);
        connector.addBean(new UnknownConnections(connector.getScheduler(), LONGEST, MOST_CONNECTIONS));
        server.setHandler(new Pages(registry, ready));
        MetricsServer started = new MetricsServer(server, connector);
        try {
            server.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw e instanceof IOException cannotListen ? cannotListen : new IOException(e);
        }
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(REQUEST_HEADER_SIZE);
        return new HttpConnectionFactory(configuration);
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return new InetSocketAddress(
                connector.getHost() == null ? "0.0.0.0" : connector.getHost(), connector.getLocalPort());
    }

    /** Says nothing but numbers, yes and no: everybody who reaches the address may ask. */
    private static final class Pages extends Handler.Abstract {
        private final MetricRegistry registry;
        private final BooleanSupplier ready;

        Pages(MetricRegistry registry, BooleanSupplier ready) {
            this.registry = registry;
            this.ready = ready;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String path = request.getHttpURI().getPath();
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            if (!path.equals(METRICS) && !path.equals(LIVE) && !path.equals(READY)) {
                response.setStatus(HttpStatus.NOT_FOUND_404);
                response.write(true, ByteBuffer.allocate(0), callback);
                return true;
            }
            if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
                response.setStatus(HttpStatus.METHOD_NOT_ALLOWED_405);
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
                response.write(true, ByteBuffer.allocate(0), callback);
                return true;
            }
            switch (path) {
                case LIVE -> answer(response, callback, true);
                case READY -> answer(response, callback, ready.getAsBoolean());
                default -> {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, MetricRegistry.CONTENT_TYPE);
                    response.write(true, ByteBuffer.wrap(registry.page()), callback);
                }
            }
            return true;
        }

        private static void answer(Response response, Callback callback, boolean yes) {
            response.setStatus(yes ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            response.write(true, ByteBuffer.wrap(yes ? YES : NO), callback);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the metrics page did not stop cleanly");
        }
    }
}
