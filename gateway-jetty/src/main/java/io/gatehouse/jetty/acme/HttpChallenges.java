package io.gatehouse.jetty.acme;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.socket.PatientConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers challenges of an ACME server over plain HTTP ({@code http-01}, RFC 8555 section 8.3), and nothing else. A
 * server of its own with a few threads, so that a flood at port 80 does not reach the gateway. A connection ends after
 * some seconds, whatever it does, and each address has a few only, so that one host does not keep the authority out.
 */
final class HttpChallenges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpChallenges.class);
    private static final String PATH = "/.well-known/acme-challenge/";
    private static final int MOST_THREADS = 7;
    private static final int MOST_CONNECTIONS = 32;
    private static final int REQUEST_HEADER_SIZE = 4096;
    private static final int MOST_OF_AN_ADDRESS = 8;
    /** From its beginning to its end. */
    private static final Duration CONNECTION_LIFE = Duration.ofSeconds(5);

    private final Server server;
    private final PatientConnector connector;
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    /** Challenges at an address at which nothing listens yet. */
    HttpChallenges(InetSocketAddress address, MonotonicClock time) {
        this(address, time, CONNECTION_LIFE);
    }

    /** The same, where connections live for another time. */
    HttpChallenges(InetSocketAddress address, MonotonicClock time, Duration life) {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
        threads.setName("acme-http");
        server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(REQUEST_HEADER_SIZE);
        connector = new PatientConnector(server, null, null, 1, time, new HttpConnectionFactory(configuration));
        connector.setHost(
                address.getAddress().isAnyLocalAddress()
                        ? null
                        : address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(life.toMillis());
        connector.addEventListener(new Limits(life));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
        server.setHandler(new Answers());
    }

    /**
     * Listens.
     *
     * @throws IOException when the address is not to be had
     */
    void open() throws IOException {
        connector.open();
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw e instanceof IOException cannotListen ? cannotListen : new IOException(e);
        }
    }

    /** Where it listens, with the real port. */
    InetSocketAddress address() {
        return new InetSocketAddress(
                connector.getHost() == null ? "0.0.0.0" : connector.getHost(), connector.getLocalPort());
    }

    /** Opens a challenge. */
    void open(String token, String answer) {
        answers.put(token, answer);
    }

    /** Ends a challenge. */
    void close(String token) {
        answers.remove(token);
    }

    /** How long connections live, and how many an address has. */
    private final class Limits implements Connection.Listener {
        private final Duration life;
        private final Map<InetAddress, Integer> counts = new ConcurrentHashMap<>();

        private Limits(Duration life) {
            this.life = life;
        }

        private static Optional<InetAddress> address(Connection connection) {
            return connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress remote
                    ? Optional.of(remote.getAddress())
                    : Optional.empty();
        }

        @Override
        public void onOpened(Connection connection) {
            EndPoint end = connection.getEndPoint();
            boolean isOneTooMany = address(connection)
                    .map(address -> counts.merge(address, 1, Integer::sum) > MOST_OF_AN_ADDRESS)
                    .orElse(false);
            if (isOneTooMany) {
                end.close();
                return;
            }
            connector.getScheduler().schedule(end::close, life.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void onClosed(Connection connection) {
            address(connection)
                    .ifPresent(
                            address -> counts.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1));
        }
    }

    private final class Answers extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            boolean isRead = HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
            Optional<String> answer = isRead ? answer(Request.getPathInContext(request)) : Optional.empty();
            response.setStatus(answer.isPresent() ? HttpStatus.OK_200 : HttpStatus.NOT_FOUND_404);
            if (answer.isPresent()) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            }
            byte[] body = answer.orElse("").getBytes(StandardCharsets.US_ASCII);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }

        private Optional<String> answer(String path) {
            return path.startsWith(PATH)
                    ? Optional.ofNullable(answers.get(path.substring(PATH.length())))
                    : Optional.empty();
        }
    }

    @Override
    public void close() {
        connector.close();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("the listener for challenges of the ACME server did not stop cleanly");
        }
    }
}
