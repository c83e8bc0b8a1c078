package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Token;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcPeer;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcPeer.Received;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcServer;
import io.gatehouse.provider.ntlm.netlogon.rpc.SambaVectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A domain controller that keeps the protocol where the test does not tell it otherwise: it serves Netlogon and LSA at
 * one port and lets everybody in as alice.
 */
final class FakeController implements AutoCloseable {
    static final String PASSWORD = "Gw1.Machine.Passw0rd";

    private static final int BIND = 11;
    private static final int FLAGS = 0x612fffff;
    private static final int CHALLENGE = 4;
    private static final int AUTHENTICATE = 26;
    private static final int LOGON = 39;
    private static final int LOOKUP = 76;
    private static final int WORKSTATION = 2;

    private final FakeRpcServer server;
    private final ConcurrentLinkedQueue<byte[]> logons = new ConcurrentLinkedQueue<>();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile byte[] sessionKey = new byte[0];
    private volatile byte[] challenges = new byte[0];

    volatile String password = PASSWORD;
    volatile byte[] serverChallenge = {11, 22, 33, 44, 55, 66, 77, 88};
    volatile int flags = FLAGS;
    volatile int authenticationStatus;
    volatile Answer bindAnswer = exchange -> exchange.write(FakeRpcPeer.bindAck(exchange.callId()));
    volatile Answer challengeAnswer = exchange -> exchange.plain(FakeChannel.concat(serverChallenge, new byte[4]));
    volatile Answer authenticationAnswer = this::authenticate;
    volatile Answer sealedBindAnswer = this::bindSealed;
    volatile Answer logonAnswer = exchange -> exchange.sealed(SambaVectors.bytes("logon-out"));
    volatile Answer lookupAnswer = exchange -> exchange.sealed(SambaVectors.bytes("lookup-out"));

    /** What the controller does with a request. */
    interface Answer {
        void to(Exchange exchange) throws IOException;
    }

    /** A request and the ways to answer it. */
    record Exchange(FakeRpcPeer peer, Received request, FakeChannel channel, Token stub) {
        int callId() {
            return request.callId();
        }

        void write(byte[] pdu) throws IOException {
            peer.write(pdu);
        }

        void plain(byte[] stub) throws IOException {
            peer.write(FakeRpcPeer.response(callId(), stub));
        }

        void sealed(byte[] stub) throws IOException {
            sealed(stub, FakeRpcPeer.FIRST | FakeRpcPeer.LAST);
        }

        void sealed(byte[] stub, int flags) throws IOException {
            int padding = -stub.length & 15;
            byte[][] sealed = channel.seal(Arrays.copyOf(stub, stub.length + padding));
            peer.write(FakeRpcPeer.pdu(2, flags, callId(), FakeRpcPeer.responseBody(sealed[0]), padding, sealed[1]));
        }

        /** Whether the opened request holds this text. */
        boolean says(String text) {
            return holds(stub.bytes(), text);
        }

        void silence() throws IOException {
            peer.stayMute();
        }
    }

    FakeController() {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    FakeController(InetSocketAddress address) {
        server = new FakeRpcServer(this::serve, address);
    }

    static byte[] refusal(int status) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(6)
                .putInt(0)
                .putInt(1)
                .putInt(0)
                .putInt(status)
                .array();
    }

    private void serve(FakeRpcPeer peer) throws IOException {
        FakeChannel channel = new FakeChannel(new byte[16]);
        while (true) {
            Received request = peer.read();
            if (request.type() == BIND && request.token().hasRemaining()) {
                channel = new FakeChannel(sessionKey.length == 0 ? new byte[16] : sessionKey);
                sealedBindAnswer.to(new Exchange(peer, request, channel, Token.of(new byte[0])));
            } else if (request.type() == BIND) {
                bindAnswer.to(new Exchange(peer, request, channel, Token.of(new byte[0])));
            } else {
                answer(new Exchange(peer, request, channel, Token.of(new byte[0])));
            }
        }
    }

    private void bindSealed(Exchange exchange) throws IOException {
        String token = new String(exchange.request().token().array(), StandardCharsets.ISO_8859_1);
        boolean known = sessionKey.length > 0 && token.endsWith("ADTEST\0GW1\0");
        exchange.write(
                known
                        ? FakeRpcPeer.bindAck(exchange.callId(), (byte) 1, (byte) 0, (byte) 0, (byte) 0)
                        : FakeRpcPeer.bindNak(exchange.callId(), 8));
    }

    private void answer(Exchange exchange) throws IOException {
        switch (exchange.request().operation()) {
            case CHALLENGE -> {
                challenges = last(exchange.request().body().array(), 8);
                challengeAnswer.to(exchange);
            }
            case AUTHENTICATE -> {
                handshakes.incrementAndGet();
                authenticationAnswer.to(exchange);
            }
            case LOGON -> {
                Exchange opened = open(exchange);
                logons.add(opened.stub().bytes());
                logonAnswer.to(opened);
            }
            case LOOKUP -> {
                Exchange opened = open(exchange);
                lookups.incrementAndGet();
                lookupAnswer.to(opened);
            }
            default -> throw new IOException("operation " + exchange.request().operation());
        }
    }

    private static Exchange open(Exchange exchange) {
        byte[] body = exchange.request().body().array();
        byte[] stub = exchange.channel()
                .open(
                        Arrays.copyOfRange(body, 8, body.length),
                        exchange.request().token().array());
        return new Exchange(exchange.peer(), exchange.request(), exchange.channel(), Token.of(stub));
    }

    private static boolean holds(byte[] stub, String text) {
        String wide = new String(text.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1);
        return new String(stub, StandardCharsets.ISO_8859_1).contains(wide);
    }

    private void authenticate(Exchange exchange) throws IOException {
        byte[] stub = exchange.request().body().array();
        byte[] key = FakeChannel.sessionKey(NtlmCrypto.ntHash(password), challenges, serverChallenge);
        byte[] clientCredential = Arrays.copyOfRange(last(stub, 12), 0, 8);
        boolean right = Arrays.equals(FakeChannel.credential(key, challenges), clientCredential)
                && holds(stub, "GW1$\0" + (char) WORKSTATION);
        int status = authenticationStatus != 0 ? authenticationStatus : right ? 0 : 0xC0000022;
        if (status == 0) {
            sessionKey = key;
        }
        exchange.plain(ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(FakeChannel.credential(key, serverChallenge))
                .putInt(flags)
                .putInt(1104)
                .putInt(status)
                .array());
    }

    private static byte[] last(byte[] bytes, int count) {
        return Arrays.copyOfRange(bytes, bytes.length - count, bytes.length);
    }

    /** How many logons of a user came in. */
    int logonsOf(String user) {
        return (int) logons.stream().filter(stub -> holds(stub, user)).count();
    }

    List<byte[]> logons() {
        return List.copyOf(logons);
    }

    int handshakes() {
        return handshakes.get();
    }

    int lookups() {
        return lookups.get();
    }

    int connections() {
        return server.connections();
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** Ends all connections. */
    void dropConnections() {
        server.dropConnections();
    }

    /** Ends all connections and forgets all secure channels. */
    void restart() {
        sessionKey = new byte[0];
        server.dropConnections();
    }

    @Override
    public void close() {
        server.close();
    }
}
