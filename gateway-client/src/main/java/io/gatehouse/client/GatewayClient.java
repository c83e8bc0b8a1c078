package io.gatehouse.client;

import io.gatehouse.api.Token;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tsgu.MalformedPacketException;
import io.gatehouse.core.tsgu.PacketAssembler;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel to a gateway. {@link #open} does all that a desktop client does before its first byte of RDP; the single
 * steps are there for those who want to leave one out, repeat it or look at its answer.
 *
 * <p>Every method blocks. One thread may send while another one receives; {@link #abort()} and {@link #close()} may
 * come from any thread and end the waits of others.
 */
public final class GatewayClient implements Closeable {
    /** What FreeRDP 3 sends with a bearer token; MS-TSGU does not know it. */
    private static final int BEARER_BIT = 0x8;

    private final ClientOptions options;
    private final HttpTransport http;
    private final PacketAssembler assembler = new PacketAssembler(PacketAssembler.SETUP_LIMIT);
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private @Nullable ByteBuffer packet;

    /** A client that is not connected yet. */
    public GatewayClient(ClientOptions options) {
        this.options = options;
        this.http = new HttpTransport(options);
    }

    /**
     * All steps from TCP to the open channel.
     *
     * @param clientName this machine's name
     * @param names the target's names, to be tried in order
     * @throws GatewayRefusedException if the gateway refuses at HTTP level, for example because of a wrong password
     * @throws TunnelException if it refuses inside the tunnel, for example because of a rule
     */
    public Channel open(String clientName, List<String> names, int port) throws IOException {
        connect();
        accepted("handshake", handshake().errorCode());
        if (options.credentials() instanceof Credentials.TunnelNtlm) {
            accepted("extended authentication", extendedAuth().errorCode());
        }
        accepted("tunnel", createTunnel().statusCode());
        accepted("tunnel authorization", authorizeTunnel(clientName).errorCode());
        accepted("channel", openChannel(names, port).errorCode());
        return channel();
    }

    /** TCP, TLS and HTTP, up to the 101 or to both 200s. */
    public void connect() throws IOException {
        switch (options.transport()) {
            case WEBSOCKET -> http.connectWebSocket();
            case DUAL_CHANNEL -> {
                connectOut();
                connectIn();
            }
        }
    }

    /** The OUT half of the dual channel alone, up to its seed. */
    public void connectOut() throws IOException {
        http.connectOut();
    }

    /** The IN half of the dual channel alone, up to the head of its second request. */
    public void connectIn() throws IOException {
        http.connectIn();
    }

    /** HANDSHAKE_REQUEST with the extended authentication that the credentials want. */
    public TsguPacket.HandshakeResponse handshake() throws IOException {
        int extendedAuth = switch (options.credentials()) {
            case Credentials.TunnelNtlm _ -> ExtendedAuthScheme.SSPI_NTLM.bit();
            case Credentials.PaaCookie _ -> ExtendedAuthScheme.PAA.bit();
            case Credentials.Bearer _ -> BEARER_BIT;
            case Credentials.None _, Credentials.Ntlm _, Credentials.Ticket _, Credentials.Basic _ -> 0;
        };
        send(new TsguPacket.HandshakeRequest(1, 0, 0, extendedAuth));
        return receive(TsguPacket.HandshakeResponse.class);
    }

    /**
     * All messages of SSPI_NTLM.
     *
     * @return the gateway's last message
     * @throws IllegalStateException if the credentials are no {@link Credentials.TunnelNtlm}
     */
    public TsguPacket.ExtendedAuth extendedAuth() throws IOException {
        if (!(options.credentials() instanceof Credentials.TunnelNtlm(NtlmClient.Account account))) {
            throw new IllegalStateException("the credentials are not for the tunnel");
        }
        NtlmClient ntlm = HttpSignIn.ntlmClient(options, account, http.binding());
        send(new TsguPacket.ExtendedAuth(0, Token.of(ntlm.negotiate())));
        TsguPacket.ExtendedAuth challenge = receive(TsguPacket.ExtendedAuth.class);
        if (challenge.errorCode() != 0) {
            return challenge;
        }
        send(new TsguPacket.ExtendedAuth(
                0, Token.of(ntlm.authenticate(challenge.authBlob().bytes()))));
        return receive(TsguPacket.ExtendedAuth.class);
    }

    /** TUNNEL_CREATE, with the access token if the credentials are one. */
    public TsguPacket.TunnelResponse createTunnel() throws IOException {
        Optional<Token> cookie = options.credentials() instanceof Credentials.PaaCookie paa
                ? Optional.of(Token.of((paa.token().text() + "\0").getBytes(StandardCharsets.UTF_16LE)))
                : Optional.empty();
        send(new TsguPacket.TunnelCreate(options.capabilities(), OptionalLong.empty(), cookie));
        return receive(TsguPacket.TunnelResponse.class);
    }

    /** TUNNEL_AUTH. */
    public TsguPacket.TunnelAuthResponse authorizeTunnel(String clientName) throws IOException {
        send(new TsguPacket.TunnelAuth(clientName, Optional.empty()));
        return receive(TsguPacket.TunnelAuthResponse.class);
    }

    /** CHANNEL_CREATE. */
    public TsguPacket.ChannelResponse openChannel(List<String> names, int port) throws IOException {
        send(new TsguPacket.ChannelCreate(names, List.of(), port, 3));
        return receive(TsguPacket.ChannelResponse.class);
    }

    /** The open channel as a stream of bytes. */
    public Channel channel() {
        return new Channel(this);
    }

    /** CLOSE_CHANNEL; the answer and data that was under way before it are for {@link #receive()}. */
    public void closeChannel() throws IOException {
        send(new TsguPacket.CloseChannel(0));
    }

    /** KEEPALIVE, which a gateway does not answer. */
    public void keepAlive() throws IOException {
        send(new TsguPacket.KeepAlive());
    }

    /** Any packet. */
    public void send(TsguPacket.FromClient message) throws IOException {
        sendRaw(TsguCodec.encode(message));
    }

    /** Any bytes as one frame or chunk: no packet, half a packet, or several. */
    public void sendRaw(ByteBuffer bytes) throws IOException {
        http.wire().write(bytes);
    }

    /**
     * Any bytes cut into pieces: the frames of one fragmented message, or chunks.
     *
     * @param sizes of all pieces but the last, which is the rest
     */
    public void sendRawFragments(ByteBuffer bytes, int... sizes) throws IOException {
        http.wire().writeFragments(bytes, sizes);
    }

    /** Any bytes with no framing at all, into the WebSocket or the IN connection. */
    public void sendUnframed(ByteBuffer bytes) throws IOException {
        http.wire().writeUnframed(bytes);
    }

    /** A WebSocket PING; see {@link #lastPong()}. */
    public void ping(ByteBuffer payload) throws IOException {
        http.webSocket().ping(payload);
    }

    /** The payload of the last WebSocket PONG that came in during a {@link #receive()}. */
    public Optional<ByteBuffer> lastPong() {
        return http.webSocket().lastPong();
    }

    /** The status of the gateway's WebSocket CLOSE, 1005 for one without, empty before there was one. */
    public OptionalInt webSocketCloseStatus() {
        return http.webSocket().closeStatus();
    }

    /** Ends the IN request's body with a last chunk and waits for the answer to the request. */
    public ResponseHead finishInRequest() throws IOException {
        return http.dualChannel().finishRequest();
    }

    /**
     * The gateway's next packet.
     *
     * @throws EOFException if the gateway ends the connection, after a WebSocket CLOSE or without
     * @throws java.net.SocketTimeoutException after the read timeout; a further call goes on where this one stopped
     * @throws ProtocolException if the gateway's bytes are malformed
     */
    public TsguPacket.FromServer receive() throws IOException {
        TsguPacket.FromServer message = next();
        if (message instanceof TsguPacket.Data(ByteBuffer payload)) {
            return new TsguPacket.Data(
                    ByteBuffer.allocate(payload.remaining()).put(payload).flip());
        }
        return message;
    }

    /** The same with another read timeout for this call. */
    public TsguPacket.FromServer receive(Duration timeout) throws IOException {
        PacketWire wire = http.wire();
        wire.readTimeout(timeout);
        try {
            return receive();
        } finally {
            restoreTimeout(wire);
        }
    }

    private void restoreTimeout(PacketWire wire) {
        try {
            wire.readTimeout(options.readTimeout());
        } catch (IOException closed) {
            // The next call says so.
        }
    }

    /** As {@link #receive()}, but the payload of DATA is valid until the next call only. */
    TsguPacket.FromServer next() throws IOException {
        try {
            while (true) {
                packet = null;
                assembler.feed(chunk, whole -> {
                    packet = whole;
                    return false;
                });
                if (packet != null) {
                    return TsguCodec.decodeFromServer(packet);
                }
                ByteBuffer more = http.wire().read();
                if (more == null) {
                    throw new EOFException(
                            "the gateway ended the connection" + (assembler.buffered() > 0 ? " within a packet" : ""));
                }
                chunk = more;
            }
        } catch (MalformedPacketException e) {
            throw malformed(e);
        }
    }

    private static ProtocolException malformed(MalformedPacketException cause) {
        ProtocolException exception = new ProtocolException(cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    private <P extends TsguPacket.FromServer> P receive(Class<P> type) throws IOException {
        TsguPacket.FromServer message = receive();
        if (!type.isInstance(message)) {
            throw new ProtocolException(
                    message.getClass().getSimpleName() + " (expected " + type.getSimpleName() + ")");
        }
        return type.cast(message);
    }

    private static void accepted(String step, int code) throws TunnelException {
        if (code != 0) {
            throw new TunnelException(step, code);
        }
    }

    /** Sends one DATA packet with the remaining bytes, without encoding it first. */
    void sendData(ByteBuffer payload) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(TsguCodec.DATA_HEADER_SIZE);
        TsguCodec.putDataHeader(header, payload.remaining());
        http.wire().write(header.flip(), payload);
    }

    /** The heads of all responses so far, in order. */
    public List<ResponseHead> responses() {
        return http.responses();
    }

    /** The connection id that all requests of this client carry. */
    public String connectionId() {
        return http.connectionId();
    }

    /** The certificate that the gateway showed, empty without TLS or before it connected. */
    public Optional<X509Certificate> certificate() {
        return http.certificate();
    }

    /** Ends all connections by RST. */
    public void abort() {
        http.abort();
    }

    /** Ends all connections; with a WebSocket CLOSE, but without CLOSE_CHANNEL. */
    @Override
    public void close() {
        http.close();
    }
}
