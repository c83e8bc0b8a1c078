package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection on which a test says exactly what bytes go out, and sees exactly what comes back. */
public final class RawHttp implements Closeable {
    public static final String PATH = "/remoteDesktopGateway/";
    public static final String ID = "{d90ec724-75bd-48dd-b9f1-38499f19f8c4}";
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int QUIET_MILLIS = 200;
    private static final int DRIP_MILLIS = 50;

    private final Socket socket;
    private @Nullable NtlmClient ntlm;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    public static RawHttp plain(TestGateway gateway) throws IOException {
        return new RawHttp(
                new Socket(gateway.plain().getAddress(), gateway.plain().getPort()));
    }

    /** Comes from another address of this machine. */
    public static RawHttp plainFrom(TestGateway gateway, String source) throws IOException {
        return to(gateway.plain(), source);
    }

    /** A connection without TLS to {@code to} from {@code source}, an address of this machine. */
    public static RawHttp to(InetSocketAddress to, String source) throws IOException {
        return new RawHttp(new Socket(to.getAddress(), to.getPort(), InetAddress.getByName(source), 0));
    }

    /** Up to the first frame of a WebSocket whose client signs in inside the tunnel, if ever. */
    public RawHttp webSocketWithoutSignIn() throws IOException {
        send(head(
                "RDG_OUT_DATA " + PATH,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "RDG-Connection-Id: " + ID,
                "RDG-Auth-Scheme: SSPI_NTLM"));
        assertThat(readHead().status()).isEqualTo(101);
        return this;
    }

    public static RawHttp tls(TestGateway gateway) throws Exception {
        SSLSocket socket = tlsSocket(gateway);
        socket.startHandshake();
        return new RawHttp(socket);
    }

    /** A connection with TLS to a proxy in front of the gateway. */
    public static RawHttp tls(InetSocketAddress proxy) throws Exception {
        SSLSocket socket = tlsSocket(proxy);
        socket.startHandshake();
        return new RawHttp(socket);
    }

    /** A socket that trusts the gateway and has not spoken TLS yet. */
    public static SSLSocket tlsSocket(TestGateway gateway) throws Exception {
        return tlsSocket(gateway.tls());
    }

    /** The same to a proxy in front of it. */
    public static SSLSocket tlsSocket(InetSocketAddress address) throws Exception {
        java.security.KeyStore trusted = java.security.KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("gateway", TestCertificate.shared().certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    }

    /** The head of a request with the headers that every client sends. */
    public static String head(String requestLine, String... headers) {
        StringBuilder head = new StringBuilder(requestLine)
                .append(" HTTP/1.1\r\nCache-Control: no-cache\r\nPragma: no-cache\r\nAccept: */*\r\n")
                .append("User-Agent: MS-RDGateway/1.0\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    public static String outHead(String... headers) {
        return head("RDG_OUT_DATA " + PATH, with("Content-Length: 0", headers));
    }

    public static String inHead(String... headers) {
        return head("RDG_IN_DATA " + PATH, with("Content-Length: 0", headers));
    }

    public static String inStreamHead(String id) {
        return head("RDG_IN_DATA " + PATH, "Transfer-Encoding: chunked", "RDG-Connection-Id: " + id);
    }

    private static String[] with(String first, String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        all.addFirst(first);
        return all.toArray(String[]::new);
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends packets as one chunk. */
    public void sendChunk(byte[] bytes) throws IOException {
        send(chunk(bytes));
    }

    public static byte[] chunk(byte[] bytes) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes(new byte[] {'\r', '\n'});
        return chunk.toByteArray();
    }

    public static byte[] bytes(TsguPacket... packets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (TsguPacket packet : packets) {
            ByteBuffer encoded = TsguCodec.encode(packet);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    /** A status line and header lines as they came. */
    public record Head(List<String> lines) {
        public Head {
            lines = List.copyOf(lines);
        }

        public int status() {
            return Integer.parseInt(lines.getFirst().split(" ", -1)[1]);
        }

        public List<String> values(String name) {
            String prefix = name.toLowerCase(java.util.Locale.ROOT) + ":";
            return lines.stream()
                    .skip(1)
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }
    }

    public Head readHead() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            lines.add(line);
        }
        return new Head(lines);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(1)[0]; next != '\n'; next = read(1)[0]) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    public byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("connection ended after " + HexFormat.of().formatHex(bytes));
        }
        return bytes;
    }

    /** The next chunk of a body that a proxy cut into chunks. */
    public byte[] readChunk() throws IOException {
        byte[] chunk = read(Integer.parseInt(readLine(), 16));
        assertThat(readLine()).isEmpty();
        return chunk;
    }

    /** The next packet of an OUT channel. */
    public TsguPacket.FromServer readPacket() throws Exception {
        byte[] header = read(8);
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        ByteBuffer packet = ByteBuffer.allocate(length).put(header).put(read(length - 8));
        return TsguCodec.decodeFromServer(packet.flip());
    }

    /** The next frame of a WebSocket: its first byte and its payload. */
    public record Frame(int firstByte, ByteBuffer payload) {
        public TsguPacket.FromServer packet() throws Exception {
            return TsguCodec.decodeFromServer(payload);
        }
    }

    public Frame readFrame() throws IOException {
        byte[] start = read(2);
        int length = start[1];
        assertThat(length).as("mask bit and short length of a server's frame").isNotNegative();
        if (length == 126) {
            length = Short.toUnsignedInt(ByteBuffer.wrap(read(2)).getShort());
        }
        return new Frame(Byte.toUnsignedInt(start[0]), ByteBuffer.wrap(read(length)));
    }

    /** Sends a frame with less than 126 bytes. */
    public void sendFrame(int firstByte, byte[] payload) throws IOException {
        send(frame(firstByte, payload));
    }

    public static byte[] frame(int firstByte, byte[] payload) {
        byte[] mask = {0x12, 0x34, 0x56, 0x78};
        ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
        frame.put((byte) firstByte).put((byte) (0x80 | payload.length)).put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        return frame.array();
    }

    /** Nothing comes for a while, and the connection stays open. */
    public void assertQuiet() throws IOException {
        socket.setSoTimeout(QUIET_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read())
                .as("a connection on which nothing comes")
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** The gateway ends the connection, in an orderly way or not, whatever it says before. */
    public void assertEndsAfterAll() throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    /** Everything until the gateway ends the connection, in an orderly way or not. */
    public String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Sends a byte now and then, until the gateway ends the connection; false when it has not within 10 seconds. */
    public boolean dripUntilEnd(char drop) throws IOException {
        socket.setSoTimeout(DRIP_MILLIS);
        for (int drops = 0; drops < PATIENCE_MILLIS / DRIP_MILLIS; drops++) {
            try {
                send(String.valueOf(drop));
                if (isOver()) {
                    return true;
                }
            } catch (SocketException ended) {
                return true;
            }
        }
        return false;
    }

    private boolean isOver() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException silent) {
            return false;
        }
    }

    /** The gateway ends the connection, in an orderly way or not, without a further byte. */
    public void assertEnds() throws IOException {
        int next;
        try {
            next = socket.getInputStream().read();
        } catch (SocketException reset) {
            return;
        }
        assertThat(next).as("the end of the connection").isEqualTo(-1);
    }

    /** Says that nothing more is sent. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * A sign-in by NTLM with {@code scheme} as its name: the header of the first leg.
     *
     * @param user perhaps with a domain before a backslash
     */
    public String typeOne(String scheme, String user, String password) {
        int backslash = user.indexOf('\\');
        String domain = user.substring(0, Math.max(0, backslash));
        ntlm = new NtlmClient(
                new NtlmClient.Account(user.substring(backslash + 1), domain, Secret.ofText(password), "pc"),
                "HTTP/localhost",
                Optional.empty(),
                new SecureRandom(),
                InstantSource.system());
        return authorization(scheme, ntlm.negotiate());
    }

    /** The header of the second leg. */
    public String typeThree(String scheme, Head challenge) throws IOException {
        String line = challenge.values("WWW-Authenticate").getFirst();
        assertThat(line).startsWith(scheme + " ");
        return authorization(scheme, answer(Base64.getDecoder().decode(line.substring(scheme.length() + 1))));
    }

    public byte[] answer(byte[] typeTwo) throws IOException {
        NtlmClient begun = ntlm;
        assertThat(begun).isNotNull();
        return begun.authenticate(typeTwo);
    }

    public static String authorization(String scheme, byte[] token) {
        return "Authorization: " + scheme + " " + Base64.getEncoder().encodeToString(token);
    }

    /** Signs in by NTLM with the headers of {@code request}; the answer to the last leg. */
    public Head signIn(String user, String requestLine, String... headers) throws IOException {
        send(head(requestLine, with(typeOne("NTLM", user, TestGateway.PASSWORD), headers)));
        Head challenge = readHead();
        assertThat(challenge.status()).isEqualTo(401);
        send(head(requestLine, with(typeThree("NTLM", challenge), headers)));
        return readHead();
    }

    /** The OUT channel up to the answer's head. */
    public Head out(String user, String id) throws IOException {
        return signIn(user, "RDG_OUT_DATA " + PATH, "Content-Length: 0", "RDG-Connection-Id: " + id);
    }

    /** The IN channel up to the answer to its first request. */
    public Head in(String user, String id) throws IOException {
        return signIn(user, "RDG_IN_DATA " + PATH, "Content-Length: 0", "RDG-Connection-Id: " + id);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
