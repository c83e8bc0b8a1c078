package io.gatehouse.client;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.core.websocket.ServerFrames;
import java.io.IOException;
import java.net.ProtocolException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connections of one client and their way through HTTP, until they carry packets. */
final class HttpTransport {
    private final ClientOptions options;
    private final RequestHeads requests;
    /** A handful of answers for each connection. */
    private final CopyOnWriteArrayList<ResponseHead> responses = new CopyOnWriteArrayList<>();

    private volatile @Nullable Connection first;
    private volatile @Nullable Connection second;
    private volatile @Nullable PacketWire wire;
    private boolean outReady;
    private boolean inReady;
    private volatile boolean ended;

    HttpTransport(ClientOptions options) {
        this.options = options;
        String connectionId = options.connectionId().orElseGet(() -> guid(options.random()));
        String key = options.webSocketKey().orElseGet(() -> webSocketKey(options.random()));
        this.requests = new RequestHeads(options, connectionId, key);
    }

    void connectWebSocket() throws IOException {
        Connection connection = openFirst();
        ResponseHead head = new HttpSignIn(options, connection, responses::add).run(requests::upgrade, 101);
        String accept = ServerFrames.accept(requests.webSocketKey());
        expectHeader(head, "Sec-WebSocket-Accept", accept);
        expectHeader(head, "Upgrade", "websocket");
        expectHeader(head, "Connection", "Upgrade");
        if (options.upgradeMethod() == UpgradeMethod.GET) {
            expectHeader(head, "Sec-WebSocket-Protocol", "binary");
        }
        wire = new WebSocketWire(connection, options.random());
    }

    void connectOut() throws IOException {
        Connection connection = openFirst();
        ResponseHead head = new HttpSignIn(options, connection, responses::add).run(requests::out, 200);
        if (head.header("Transfer-Encoding").isPresent()) {
            throw new GatewayRefusedException(head, "an OUT body that is not chunked");
        }
        DualChannelWire.readSeed(connection);
        outReady = true;
        pair();
    }

    void connectIn() throws IOException {
        Connection connection = Connection.open(options);
        second = connection;
        stopIfEnded();
        ResponseHead head = new HttpSignIn(options, connection, responses::add).run(requests::in, 200);
        ResponseReader.skipBody(connection, head);
        connection.write(requests.inStream());
        inReady = true;
        pair();
    }

    /** Both halves make the transport, whichever came first. */
    private void pair() {
        Connection out = first;
        Connection in = second;
        if (outReady && inReady && out != null && in != null) {
            wire = new DualChannelWire(out, in);
        }
    }

    PacketWire wire() throws IOException {
        PacketWire ready = wire;
        if (ready == null) {
            throw new ProtocolException("not connected yet");
        }
        return ready;
    }

    WebSocketWire webSocket() {
        if (wire instanceof WebSocketWire webSocket) {
            return webSocket;
        }
        throw new IllegalStateException("no WebSocket is open");
    }

    DualChannelWire dualChannel() {
        if (wire instanceof DualChannelWire dualChannel) {
            return dualChannel;
        }
        throw new IllegalStateException("no dual channel is open");
    }

    List<ResponseHead> responses() {
        return List.copyOf(responses);
    }

    String connectionId() {
        return requests.connectionId();
    }

    Optional<X509Certificate> certificate() {
        return Optional.ofNullable(first).flatMap(Connection::certificate);
    }

    /** The channel binding of the WebSocket or the OUT connection. */
    Optional<ChannelBinding> binding() {
        return Optional.ofNullable(first).flatMap(Connection::binding);
    }

    void abort() {
        ended = true;
        for (Connection connection : connections()) {
            connection.abort();
        }
    }

    void close() {
        ended = true;
        PacketWire ready = wire;
        if (ready != null) {
            ready.close();
            return;
        }
        for (Connection connection : connections()) {
            connection.close();
        }
    }

    private List<Connection> connections() {
        return Stream.of(Optional.ofNullable(first), Optional.ofNullable(second))
                .flatMap(Optional::stream)
                .toList();
    }

    private Connection openFirst() throws IOException {
        Connection connection = Connection.open(options);
        first = connection;
        stopIfEnded();
        return connection;
    }

    /** Whoever ended the client while it was connecting did not see the new connection. */
    private void stopIfEnded() throws IOException {
        if (ended) {
            abort();
            throw new IOException("the client was closed");
        }
    }

    private static void expectHeader(ResponseHead head, String name, String value) throws GatewayRefusedException {
        if (head.header(name).filter(value::equalsIgnoreCase).isEmpty()) {
            throw new GatewayRefusedException(head, name + ": " + value);
        }
    }

    private static String webSocketKey(RandomGenerator random) {
        byte[] key = new byte[16];
        random.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static String guid(RandomGenerator random) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return "{" + id + "}";
    }
}
