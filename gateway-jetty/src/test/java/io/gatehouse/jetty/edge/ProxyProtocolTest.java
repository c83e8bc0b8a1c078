package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.WarningLog;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener with {@code proxy-protocol}, byte by byte. */
@Timeout(60)
class ProxyProtocolTest {
    private static final String PROXY = "127.0.0.5";
    private static final String STRANGER = "127.0.0.7";
    private static final String LIMITS = "[limits]\nfirst-request-deadline = \"500ms\"\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    /** 203.0.113.9:4711 to 192.0.2.1:443. */
    private static final String ADDRESSES = "cb007109c0000201126701bb";

    /** Types of a record and of a message of TLS. */
    private static final int HANDSHAKE = 22;

    private static final int SERVER_HELLO = 2;

    private static byte[] line(String client) {
        return ("PROXY TCP4 " + client + " 192.0.2.1 4711 443\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] binary(String head, String payload) {
        return HexFormat.of().parseHex(SIGNATURE + head + "%04x".formatted(payload.length() / 2) + payload);
    }

    private static byte[] header(String kind) {
        return switch (kind) {
            case "v1" -> line("203.0.113.9");
            case "v1-unknown" -> "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
            case "v2" -> binary("2111", ADDRESSES);
            case "v2-ssl" -> binary("2111", ADDRESSES + "2000050100000000");
            case "v2-plain" -> binary("2111", ADDRESSES + "2000050000000001");
            case "v2-local" -> binary("2000", "");
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static RawHttp with(TestGateway gateway, byte[] header) throws Exception {
        RawHttp http = RawHttp.plainFrom(gateway, PROXY);
        http.send(header);
        return http;
    }

    private static byte[] joined(byte[] first, String second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second.getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v2-ssl"})
    void theClientOfTheHeaderSignsInAndIsAudited(String kind) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                RawHttp out = with(gateway, header(kind))) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"203.0.113.9\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2-ssl"})
    void howTheHeaderIsCutIntoSegmentsDoesNotMatter(String kind) throws Exception {
        byte[] header = header(kind);
        byte[] all = joined(header, outHead("RDG-Connection-Id: " + ID));
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE)) {
            try (RawHttp together = with(gateway, all)) {
                assertThat(together.readHead().status()).isEqualTo(401);
            }
            try (RawHttp single = RawHttp.plainFrom(gateway, PROXY)) {
                for (byte next : all) {
                    single.send(new byte[] {next});
                }
                assertThat(single.readHead().status()).isEqualTo(401);
            }
            for (int cut = header.length - 1; cut <= header.length + 1; cut++) {
                try (RawHttp http = with(gateway, Arrays.copyOf(all, cut))) {
                    http.assertQuiet();
                    http.send(Arrays.copyOfRange(all, cut, all.length));
                    assertThat(http.readHead().status()).isEqualTo(401);
                }
            }
        }
    }

    /** A ClientHello in the same segment as the header, and in the next. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tlsComesBehindTheHeader(boolean together) throws Exception {
        ByteBuffer hello = ByteBuffer.allocate(32 * 1024);
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        engine.wrap(ByteBuffer.allocate(0), hello);
        ByteBuffer all = ByteBuffer.allocate(64 * 1024).put(header("v2"));
        if (!together) {
            all.flip();
        } else {
            all.put(hello.flip()).flip();
        }
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                RawHttp connection = RawHttp.to(gateway.tls(), PROXY)) {
            connection.send(Arrays.copyOf(all.array(), all.limit()));
            if (!together) {
                connection.assertQuiet();
                connection.send(Arrays.copyOf(hello.array(), hello.position()));
            }
            assertThat(connection.read(6)).startsWith(HANDSHAKE, 3, 3).endsWith(SERVER_HELLO);
        }
    }

    @Test
    void whoSaysNothingOfTheClientOrThatItHasNoTlsIsNotLetSignIn() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                RequestLines lines = new RequestLines()) {
            try (RawHttp plain = with(gateway, header("v2-plain"))) {
                plain.send(outHead("RDG-Connection-Id: " + ID));
                assertThat(plain.readHead().status()).isEqualTo(403);
            }
            lines.await("the client came without TLS", "203.0.113.9");
        }
    }

    /** The PROXY header wins; forwarding headers count when it names a trusted proxy. */
    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 6.6.6.6, 203.0.113.9",
        "127.0.0.6, 198.51.100.7, 198.51.100.7",
        "127.0.0.6, '6.6.6.6, 198.51.100.7', 198.51.100.7",
        "127.0.0.5, 6.6.6.6, 127.0.0.5", // a program on the proxy's machine, or whoever the proxy hides
    })
    void whichAddressWins(String inProxyHeader, String forwardedFor, String client) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                RawHttp http = with(gateway, line(inProxyHeader))) {
            assertThat(http.signIn(
                                    "alice",
                                    "RDG_OUT_DATA " + PATH,
                                    "Content-Length: 0",
                                    "RDG-Connection-Id: " + ID,
                                    "X-Forwarded-For: " + forwardedFor)
                            .status())
                    .isEqualTo(200);
            gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"" + client + "\"");
        }
    }

    /** A proxy that names nobody may have a client behind it that writes headers. */
    @ParameterizedTest
    @ValueSource(strings = {"v1-unknown", "v2-local"})
    void aProxyThatNamesNobodyIsTheClientItself(String kind) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                RequestLines lines = new RequestLines();
                RawHttp http = with(gateway, header(kind))) {
            http.send(RawHttp.head("GET /nowhere", "X-Forwarded-For: 6.6.6.6"));
            assertThat(http.readHead().status()).isEqualTo(404);
            lines.await("client=" + PROXY);
            assertThat(lines.all()).noneMatch(line -> line.contains("6.6.6.6"));
        }
    }

    @Test
    void withoutAHeaderOrFromElsewhereNothingIsAnswered() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE);
                WarningLog log = new WarningLog(RefusedConnections.class)) {
            for (int i = 0; i < 3; i++) {
                try (RawHttp http = RawHttp.plainFrom(gateway, STRANGER)) {
                    http.assertEnds();
                }
                try (RawHttp http = with(gateway, outHead().getBytes(StandardCharsets.US_ASCII))) {
                    http.assertEnds();
                }
            }
            try (RawHttp http = with(gateway, binary("2112", ADDRESSES))) {
                http.assertEnds();
            }
            try (RawHttp http = with(gateway, Arrays.copyOf(header("v2"), 20))) {
                http.shutdownOutput();
                http.assertEnds();
            }
            assertThat(log.lines())
                    .containsExactlyInAnyOrder(
                            "connection cut off: a PROXY header that ends in the middle",
                            "connection refused: its address may not write PROXY headers, and its listener has proxy-protocol",
                            "connection cut off: no PROXY header",
                            "connection cut off: a PROXY header of another family than TCP over IPv4 or IPv6");
            gateway.awaitEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2-ssl"})
    void aHeaderThatIsCutOffAtAnyByteLeavesNothing(String kind) throws Exception {
        byte[] header = header(kind);
        try (TestGateway gateway = TestGateway.behindProxyProtocol(TestGateway.RULE)) {
            for (int length = 0; length < header.length; length++) {
                with(gateway, Arrays.copyOf(header, length)).close();
            }
            gateway.awaitEmpty();
            try (RawHttp http = with(gateway, header)) {
                http.send(outHead("RDG-Connection-Id: " + ID));
                assertThat(http.readHead().status()).isEqualTo(401);
            }
        }
    }

    @Test
    void theHeaderHasTheTimeForTheFirstRequest() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxyProtocol(LIMITS + TestGateway.RULE);
                WarningLog log = new WarningLog(RefusedConnections.class);
                RawHttp silent = RawHttp.plainFrom(gateway, PROXY);
                RawHttp half = with(gateway, Arrays.copyOf(header("v2"), 20));
                RawHttp noRequest = with(gateway, header("v2"))) {
            silent.assertEnds();
            half.assertEnds();
            noRequest.assertEnds();
            assertThat(log.lines()).containsExactly("connection cut off: no complete PROXY header in time");
        }
    }

    /** Each client has its own places; the proxy that carries them all needs none. */
    @Test
    void limitsAreThoseOfTheClient() throws Exception {
        String limits = "[limits]\nconnections-before-login-per-source = 2\n";
        try (TestGateway gateway = TestGateway.behindProxyProtocol(limits + TestGateway.RULE)) {
            List<RawHttp> open = new ArrayList<>();
            try {
                for (int client : IntStream.range(1, 20).toArray()) {
                    for (int i = 0; i < 2; i++) {
                        RawHttp http = with(gateway, line("203.0.113." + client));
                        open.add(http);
                        http.send(outHead("RDG-Connection-Id: " + ID));
                        assertThat(http.readHead().status()).isEqualTo(401);
                    }
                }
                for (int i = 0; i < 5; i++) {
                    open.add(RawHttp.plainFrom(gateway, PROXY));
                }
                try (RawHttp third = with(gateway, line("203.0.113.1"))) {
                    third.assertEnds();
                }
                try (RawHttp other = with(gateway, line("203.0.113.99"))) {
                    other.send(outHead("RDG-Connection-Id: " + ID));
                    assertThat(other.readHead().status()).isEqualTo(401);
                }
            } finally {
                for (RawHttp http : open) {
                    http.close();
                }
            }
            gateway.awaitEmpty();
        }
    }
}
