package io.gatehouse.jetty.transport;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.bytes;
import static io.gatehouse.jetty.RawHttp.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.IdPlacement;
import io.gatehouse.client.Transport;
import io.gatehouse.client.UpgradeMethod;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RawHttp.Frame;
import io.gatehouse.jetty.RawHttp.Head;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a WebSocket begins, and what is found at which path. */
@Timeout(30)
class UpgradeTest {
    private static final String UPGRADE = "Upgrade: websocket";
    private static final String VERSION = "Sec-Websocket-Version: 13";
    private static final String KEY = "Sec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final String SSPI_NTLM = "RDG-Auth-Scheme: SSPI_NTLM";
    private static final byte[] HANDSHAKE = bytes(new TsguPacket.HandshakeRequest(1, 0, 0, 4));
    private static final TsguPacket HANDSHAKE_RESPONSE = new TsguPacket.HandshakeResponse(0, 1, 0, 0, 4);

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private Head answerTo(String request) throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(request);
            return http.readHead();
        }
    }

    private static String upgrade(String requestLine, String... more) {
        List<String> headers = new ArrayList<>(
                List.of("Connection: Upgrade", UPGRADE, VERSION, KEY, "RDG-Connection-Id: " + ID, SSPI_NTLM));
        headers.addAll(List.of(more));
        return head(requestLine, headers.toArray(String[]::new));
    }

    /** Fact 1. */
    @ParameterizedTest
    @EnumSource(UpgradeMethod.class)
    void theUpgradeIsRequestedByRdgOutDataAsWellAsByGet(UpgradeMethod method) throws Exception {
        ClientOptions options =
                gateway.options(Transport.WEBSOCKET).upgradeMethod(method).build();
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(options)) {
            var channel = client.open("pc", List.of(target.host()), target.port());
            channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(5);
            channel.readFully(answer);
            assertThat(new String(answer.array(), StandardCharsets.UTF_8)).isEqualTo("hello");
        }
    }

    /** A page of another site may open WebSockets here, and the browser would add the credentials that it keeps. */
    @ParameterizedTest
    @CsvSource({
        "https://evil.test,          405",
        "null,                       405",
        "https://gw.test.evil.test,  405",
        "https://gw.test:8443,       405",
        "https://gw.test,            101",
        "https://GW.test:443,        101",
        "http://gw.test,             101"
    })
    void aPageOfAnotherSiteOpensNoTunnel(String origin, int status) throws Exception {
        String request = upgrade("GET " + PATH, "Origin: " + origin).replace("Host: localhost", "Host: gw.test");
        assertThat(answerTo(request).status()).isEqualTo(status);
    }

    /** Frames without a payload cost the gateway work, too. */
    @Test
    void emptyFramesUseUpTheBytesBeforeAnOpenChannel() throws Exception {
        byte[] empty = RawHttp.frame(0x82, new byte[0]);
        ByteBuffer frames = ByteBuffer.allocate(10_000 * empty.length);
        while (frames.hasRemaining()) {
            frames.put(empty);
        }
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(upgrade("GET " + PATH));
            assertThat(http.readHead().status()).isEqualTo(101);
            for (int i = 0; i < 20; i++) {
                http.send(frames.array());
            }
        } catch (SocketException cutOff) {
            // The gateway may well be gone before the last frame is sent.
        }
        gateway.awaitAudit("CLOSED_BEFORE_CHANNEL", "too many bytes before an open channel");
    }

    /** Fact 2, with the key and the accept value of a recorded session. */
    @Test
    void theAcceptValueIsMadeOfTheKeysTextWhateverItIs() throws Exception {
        Head answer = answerTo(head(
                "RDG_OUT_DATA " + PATH,
                "Connection: Upgrade",
                UPGRADE,
                VERSION,
                "Sec-Websocket-Key: VIL_YVHXJSMGSQU",
                "RDG-Connection-Id: " + ID,
                SSPI_NTLM,
                "Content-Length: 0"));
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.values("Sec-WebSocket-Accept")).containsExactly("J1Sa9PSjUdrCS40/CUOpdIT4qH8=");
    }

    /** Fact 2: the other characters that FreeRDP 2 makes. */
    @ParameterizedTest
    @ValueSource(strings = {"WZSSQURQSXR]_\\F", "[\\]^_", "A"})
    void aKeyThatIsNotBase64IsTaken(String key) throws Exception {
        Head answer = answerTo(upgrade("RDG_OUT_DATA " + PATH).replace("dGhlIHNhbXBsZSBub25jZQ==", key));
        assertThat(answer.status()).isEqualTo(101);
    }

    @Test
    void theAnswerToAnUpgradeIsThatOfRfc6455() throws Exception {
        Head answer = answerTo(upgrade("RDG_OUT_DATA " + PATH, "Content-Length: 0"));
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.values("Upgrade")).containsExactly("websocket");
        assertThat(answer.values("Connection")).containsExactly("Upgrade");
        assertThat(answer.values("Sec-WebSocket-Accept")).containsExactly("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(answer.values("Sec-WebSocket-Extensions")).isEmpty();
        assertThat(answer.values("Sec-WebSocket-Protocol")).isEmpty();
        assertThat(answer.values("Content-Length")).isEmpty();
        assertThat(answer.values("Transfer-Encoding")).isEmpty();
    }

    /** Section 2.4: no seed on a WebSocket. */
    @Test
    void theFirstBytesAfterTheUpgradeAreFrames() throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(upgrade("RDG_OUT_DATA " + PATH));
            http.readHead();
            http.assertQuiet();
            http.sendFrame(0x82, HANDSHAKE);
            Frame frame = http.readFrame();
            assertThat(frame.firstByte()).isEqualTo(0x82);
            assertThat(frame.packet()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    /** A client that does not wait for the 101. */
    @Test
    void aFrameMayFollowTheUpgradeInTheSameSegment() throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            byte[] request = upgrade("RDG_OUT_DATA " + PATH).getBytes(StandardCharsets.ISO_8859_1);
            byte[] frame = RawHttp.frame(0x82, HANDSHAKE);
            http.send(ByteBuffer.allocate(request.length + frame.length)
                    .put(request)
                    .put(frame)
                    .array());
            assertThat(http.readHead().status()).isEqualTo(101);
            assertThat(http.readFrame().packet()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive, Upgrade",
                "Connection: upgrade",
                "Connection: Upgrade,Keep-Alive",
                "Connection: keep-alive\r\nConnection: Upgrade"
            })
    void connectionIsAListOfTokens(String connection) throws Exception {
        Head answer = answerTo(upgrade("RDG_OUT_DATA " + PATH).replace("Connection: Upgrade", connection));
        assertThat(answer.status()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"binary|binary", "chat, binary|binary", "chat|''"})
    void theSubProtocolBinaryIsEchoed(String asked, String answered) throws Exception {
        Head answer = answerTo(upgrade("GET " + PATH, "Sec-WebSocket-Protocol: " + asked));
        assertThat(answer.status()).isEqualTo(101);
        assertThat(String.join(",", answer.values("Sec-WebSocket-Protocol"))).isEqualTo(answered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/remoteDesktopGateway/",
                "/remoteDesktopGateway",
                "/REMOTEDESKTOPGATEWAY/",
                "/remotedesktopgateway?ClGen=Android&ClBld=10",
                "/RemoteDesktopGateway/?x"
            })
    void thePathIsFoundInAnyCaseWithAndWithoutSlashAndQuery(String target) throws Exception {
        assertThat(answerTo(upgrade("RDG_OUT_DATA " + target)).status()).isEqualTo(101);
    }

    /** FreeRDP goes on to RPC or gives up when the first answer is 404; it never follows a redirect (trap 38). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "RDG_OUT_DATA /",
                "RDG_OUT_DATA /remoteDesktopGateway/x",
                "RDG_OUT_DATA /remoteDesktopGatewayx",
                "RPC_OUT_DATA /rpc/rpcproxy.dll?localhost:3388",
                "RPC_IN_DATA /rpcWithCert/rpcproxy.dll?localhost:3388"
            })
    void otherPathsAreNotFound(String requestLine) throws Exception {
        Head answer = answerTo(head(requestLine));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.values("Content-Length")).containsExactly("0");
        assertThat(answer.values("Content-Type")).isEmpty();
    }

    @Test
    void getWithoutUpgradeIsNotAllowed() throws Exception {
        assertThat(answerTo(head("GET " + PATH, SSPI_NTLM)).status()).isEqualTo(405);
    }

    /** Section 2.3: clients that cannot set headers. */
    @Test
    void queryParametersCarryIdsAndSchemeOfAWebSocket() throws Exception {
        String query =
                "?ConId=%7Bd90ec724-75bd-48dd-b9f1-38499f19f8c4%7D&CorId=%7B11111111-2222-3333-4444-555555555555%7D"
                        + "&UsrId=alice&AuthS=SSPI_NTLM&ClGen=iOS&ClBld=1";
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(head("GET " + PATH + query, "Connection: Upgrade", UPGRADE, VERSION, KEY));
            assertThat(http.readHead().status()).isEqualTo(101);
            http.sendFrame(0x82, HANDSHAKE);
            assertThat(http.readFrame().packet()).isEqualTo(HANDSHAKE_RESPONSE);
        }
        gateway.awaitAudit("\"rdgw.correlation_id\":\"d90ec724-75bd-48dd-b9f1-38499f19f8c4\"", "websocket");
    }

    /** Section 2.3 on the dual channel, where clients have no need of it. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void queryParametersDoWhatHeadersDo(Transport transport) throws Exception {
        ClientOptions options = gateway.options(transport)
                .idPlacement(IdPlacement.QUERY)
                .credentials(Credentials.tunnelNtlm("alice", TestGateway.PASSWORD))
                .build();
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(options)) {
            client.open("pc", List.of(target.host()), target.port());
            assertThat(target.awaitAccepted(1, java.time.Duration.ofSeconds(10)))
                    .isTrue();
        }
    }

    /** Trap 42: the header is not authenticated. */
    @Test
    void theUserIdHeaderSignsNobodyIn() throws Exception {
        Head answer = answerTo(RawHttp.outHead("RDG-User-Id: YQBsAGkAYwBlAA==", "RDG-Connection-Id: " + ID));
        assertThat(answer.status()).isEqualTo(401);
    }

    /** Trap 39: with HTTP/2 the methods of MS-TSGU cannot work. */
    @Test
    void http2IsNotNegotiated() throws Exception {
        try (var socket = RawHttp.tlsSocket(gateway)) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isIn("", "http/1.1");
        }
    }
}
