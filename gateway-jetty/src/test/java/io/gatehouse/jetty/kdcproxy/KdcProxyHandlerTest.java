package io.gatehouse.jetty.kdcproxy;

import static io.gatehouse.jetty.kdcproxy.FakeKdc.answering;
import static io.gatehouse.jetty.kdcproxy.FakeKdc.hanging;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.asReq;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.body;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.error;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.tgsReq;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The KDC proxy's path, with a KDC that does what the test wants. */
@Timeout(120)
class KdcProxyHandlerTest {
    private static final String REALM = "LAB.TEST";
    private static final byte[] TGS_REP = KerberosMessages.tgsRep();
    private static final byte[] AS_REP = KerberosMessages.asRep();
    private static final byte[] WRONG_PASSWORD = error(24);
    private static final byte[] ASK = body(tgsReq(REALM), REALM);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
    }

    /** Strangers cannot fill the log. What the gateway says of this machine when it starts is not of their making. */
    private List<String> warnings() {
        synchronized (log) { // as appenders do
            return log.list.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .filter(event -> !event.getLoggerName().equals(Gateway.class.getName()))
                    .map(ILoggingEvent::toString)
                    .toList();
        }
    }

    /** The tables of a gateway whose realm has this KDC. */
    private static String tables(FakeKdc kdc, String... proxyKeys) {
        return TestGateway.RULE + """
                [[domain]]
                name = "LAB"
                realm = "lab.test"
                kdcs = ["%s"]
                [kdc-proxy]
                realms = ["LAB.TEST"]
                """.formatted(kdc.text()) + String.join("\n", proxyKeys) + "\n";
    }

    private static String head(String path, int length, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Length: " + length, "Content-Type: application/kerberos"));
        all.addAll(List.of(headers));
        return RawHttp.head("POST " + path, all.toArray(String[]::new));
    }

    private static void send(RawHttp http, byte[] body, String... headers) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head("/KdcProxy", body.length, headers).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        http.send(request.toByteArray());
    }

    private static int post(RawHttp http, byte[] body, String... headers) throws IOException {
        send(http, body, headers);
        return http.readHead().status();
    }

    /** One request on a connection of its own; its status. */
    private static int postOnce(TestGateway gateway, byte[] body, String... headers) throws IOException {
        try (RawHttp http = RawHttp.plain(gateway)) {
            return post(http, body, headers);
        }
    }

    /** The Kerberos message that comes back. */
    private static byte[] answer(RawHttp http) throws IOException {
        RawHttp.Head head = http.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.values("Content-Type")).containsExactly("application/kerberos");
        return KerberosMessages.message(
                http.read(Integer.parseInt(head.values("Content-Length").getFirst())));
    }

    @Test
    void aMessageIsCarriedAndItsAnswerComesBack() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(question -> {
                    assertThat(question).isEqualTo(tgsReq(REALM));
                    return TGS_REP;
                }));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.tls(gateway)) {
            send(http, ASK);
            assertThat(answer(http)).isEqualTo(TGS_REP);
        }
    }

    /** Also a message that tells of an error is an answer. */
    @Test
    void errorsOfKerberosAreAnswers() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(error(25)));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.tls(gateway)) {
            send(http, body(asReq("alice", REALM), REALM));
            assertThat(answer(http)).isEqualTo(error(25));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/KdcProxy, 200",
        "/kdcproxy, 200",
        "/KDCPROXY/, 200",
        "/KdcProxy?x=1, 200",
        "/KdcProxy/x, 404",
        "/KdcProxyX, 404",
        "/x/KdcProxy, 404",
        "/, 404",
    })
    void thePathIsExactButForItsCase(String path, int status) throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(head(path, ASK.length));
            http.send(ASK);
            assertThat(http.readHead().status()).isEqualTo(status);
        }
    }

    @Test
    void withoutItsTableThePathDoesNotExist() throws Exception {
        try (TestGateway gateway = TestGateway.start()) {
            assertThat(postOnce(gateway, ASK)).isEqualTo(404);
        }
    }

    @Test
    void theGatewayItselfIsWhereItWas() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(RawHttp.outHead());
            assertThat(http.readHead().status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "RDG_OUT_DATA", "RDG_IN_DATA"})
    void onlyPostIsAllowed(String method) throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(RawHttp.head(method + " /KdcProxy", "Content-Length: 0"));
            RawHttp.Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.values("Allow")).containsExactly("POST");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Transfer-Encoding: chunked, 411",
        "X-No: length, 411",
        "Content-Length: 131073, 413",
        "Content-Length: 2147483648, 413",
        "Content-Length: 9223372036854775807, 413",
        "Content-Length: 9223372036854775808, 400",
        "Content-Length: -1, 400",
        "Content-Length: +5, 400",
        "Content-Length: 0x10, 400",
        "Content-Length: 0, 400",
    })
    void theLengthIsKnownAndSmallBeforeAnythingIsRead(String header, int status) throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(RawHttp.head("POST /KdcProxy", header));
            assertThat(http.readHead().status()).isEqualTo(status);
            http.assertEndsAfterAll();
            assertThat(kdc.connections()).isZero();
        }
    }

    @Test
    void theLargestBodyIsStillRead() throws Exception {
        byte[] message = tgsReq(REALM, 128 * 1024 - 100);
        assertThat(body(message, REALM)).hasSizeBetween(128 * 1024 - 60, 128 * 1024);
        try (FakeKdc kdc = FakeKdc.tcp(answering(question -> question.length == message.length ? TGS_REP : AS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.tls(gateway)) {
            send(http, body(message, REALM));
            assertThat(answer(http)).isEqualTo(TGS_REP);
        }
    }

    static List<byte[]> malformedBodies() {
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 1; i <= 16; i++) {
            bodies.add(Arrays.copyOf(ASK, ASK.length * i / 17));
        }
        for (int i = 0; i < 16; i++) {
            byte[] broken = ASK.clone();
            broken[i] ^= (byte) 0xff;
            bodies.add(broken);
        }
        for (String hex : List.of(
                "00",
                "ff",
                "3080",
                "30840fffffff",
                "3084ffffffff",
                "a0090407000000036a0100",
                "7b2261223a317d",
                "16030100",
                "300ba0090407000000036a0100")) {
            bodies.add(HexFormat.of().parseHex(hex));
        }
        bodies.add(new byte[100_000]);
        bodies.add(body(new byte[] {0x6e, 0}, REALM));
        bodies.add(body("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), REALM));
        bodies.add(body(new byte[70_000], REALM));
        bodies.add(body(asReq("alice", REALM), "\u0001"));
        bodies.add(body(tgsReq(REALM), "x".repeat(1000)));
        return bodies;
    }

    @Test
    void malformedBodiesReachNoKdc() throws Exception {
        assertThat(malformedBodies()).hasSizeGreaterThan(40);
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc))) {
            for (byte[] malformed : malformedBodies()) {
                assertThat(postOnce(gateway, malformed))
                        .as(HexFormat.of().formatHex(malformed, 0, Math.min(malformed.length, 40)))
                        .isEqualTo(400);
            }
            assertThat(kdc.connections()).isZero();
            assertThat(gateway.audit()).isEmpty();
            assertThat(postOnce(gateway, ASK)).isEqualTo(200);
            gateway.awaitEmpty();
        }
    }

    static List<byte[]> refusedBodies() {
        return List.of(
                body(tgsReq("OTHER.TEST"), "OTHER.TEST"),
                body(tgsReq("OTHER.TEST"), REALM),
                body(tgsReq(REALM), "OTHER.TEST"),
                body(tgsReq(REALM), "lab.test."),
                body(tgsReq(REALM), "127.0.0.1:25"));
    }

    /** Of all errors, Windows tells the user of this one: a firewall. */
    @ParameterizedTest
    @MethodSource("refusedBodies")
    void otherRealmsAreRefused(byte[] body) throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc))) {
            assertThat(postOnce(gateway, body)).isEqualTo(403);
            gateway.awaitAudit("\"kdc-proxy.refused\"", "\"source.ip\":\"127.0.0.1\"", "rdgw.kerberos.message");
            assertThat(kdc.connections()).isZero();
        }
    }

    @Test
    void aGuessTooManyIsAnsweredWithoutAskingTheKdc() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(WRONG_PASSWORD));
                TestGateway gateway = TestGateway.start(tables(kdc, "[limits]", "guesses-per-source = 3"))) {
            byte[] guess = body(asReq("alice", REALM), REALM);
            for (int i = 0; i < 3; i++) {
                try (RawHttp http = RawHttp.tls(gateway)) {
                    send(http, guess);
                    assertThat(answer(http)).isEqualTo(WRONG_PASSWORD);
                }
            }
            for (int i = 0; i < 3; i++) {
                try (RawHttp http = RawHttp.tls(gateway)) {
                    send(http, guess);
                    assertThat(HexFormat.of().formatHex(answer(http)))
                            .as("KDC_ERR_CLIENT_REVOKED")
                            .startsWith("7e")
                            .contains("a603020112");
                }
            }
            assertThat(kdc.connections()).isEqualTo(3);
            gateway.awaitAudit(
                    "\"kdc-proxy.refused\"", "\"user.name\":\"alice@LAB.TEST\"", "too many failed sign-ins", "AS-REQ");
        }
    }

    /** Who guesses at the KDC has no guesses left at the gateway's own sign-in, and the other way round. */
    @Test
    void guessesAreSharedWithTheGatewaysOwnSignIn() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(WRONG_PASSWORD));
                TestGateway gateway = TestGateway.start(tables(kdc, "[limits]", "guesses-per-source = 3"));
                RawHttp http = RawHttp.tls(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertThat(postOnce(gateway, body(asReq("user" + i, REALM), REALM)))
                        .isEqualTo(200);
            }
            byte[] token = ("alice:" + TestGateway.PASSWORD).getBytes(StandardCharsets.UTF_8);
            http.send(RawHttp.outHead(RawHttp.authorization("Basic", token)));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("\"sign-in.refused\"", "\"rdgw.auth.failure\":\"throttled\"");
        }
    }

    @Test
    void ticketsCostNoGuess() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(AS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc, "[limits]", "guesses-per-source = 1"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(postOnce(gateway, body(asReq("alice", REALM), REALM)))
                        .isEqualTo(200);
            }
            assertThat(kdc.connections()).isEqualTo(5);
        }
    }

    @Test
    void aConnectionIsUsedAgainUntilTheGatewaySaysOtherwise() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.tls(gateway)) {
            for (int i = 1; i <= 16; i++) {
                send(http, ASK);
                RawHttp.Head head = http.readHead();
                http.read(Integer.parseInt(head.values("Content-Length").getFirst()));
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.values("Connection")).as("after " + i).isEqualTo(i < 16 ? List.of() : List.of("close"));
            }
            http.assertEnds();
        }
    }

    @Test
    void requestsBehindEachOtherAreAnsweredInTheirOrder() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(question -> question[0] == 0x6c ? TGS_REP : error(25)));
                TestGateway gateway = TestGateway.start(tables(kdc));
                RawHttp http = RawHttp.tls(gateway)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 6; i++) {
                byte[] body = i % 2 == 0 ? ASK : body(asReq("alice", REALM), REALM);
                all.writeBytes(head("/KdcProxy", body.length).getBytes(StandardCharsets.US_ASCII));
                all.writeBytes(body);
            }
            http.send(all.toByteArray());
            for (int i = 0; i < 6; i++) {
                assertThat(answer(http)).isEqualTo(i % 2 == 0 ? TGS_REP : error(25));
            }
        }
    }

    @Test
    void aBodyThatDripsEndsWithTheDeadline() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.start(tables(kdc, "[limits]", "login-deadline = \"800ms\""));
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(head("/KdcProxy", 10_000));
            assertThat(http.dripUntilEnd('0')).isTrue();
            gateway.awaitEmpty();
            assertThat(warnings()).isEmpty();
        }
    }

    /** Nobody watches a proxy's connection but while a request's body comes. */
    @Test
    void aBodyThatDripsThroughAProxyEndsWithTheDeadline() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.behindProxy(tables(kdc, "[limits]", "login-deadline = \"800ms\""));
                RawHttp http = RawHttp.plain(gateway)) {
            send(http, ASK, "X-Forwarded-For: 192.0.2.1");
            assertThat(answer(http)).isEqualTo(TGS_REP);
            http.send(head("/KdcProxy", 10_000, "X-Forwarded-For: 192.0.2.1"));
            assertThat(http.dripUntilEnd('0')).isTrue();
            gateway.awaitEmpty();
            assertThat(warnings()).isEmpty();
        }
    }

    @Test
    void aSourceMayAskSoOftenAMinute() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.behindProxy(tables(kdc, "requests-per-source = 3"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(postOnce(gateway, ASK, "X-Forwarded-For: 192.0.2.1")).isEqualTo(200);
            }
            assertThat(postOnce(gateway, ASK, "X-Forwarded-For: 192.0.2.1")).isEqualTo(429);
            assertThat(postOnce(gateway, ASK, "X-Forwarded-For: 192.0.2.2")).isEqualTo(200);
            assertThat(kdc.connections()).isEqualTo(4);
        }
    }

    @Test
    void theClientOfAProxyIsTheSource() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.behindProxy(tables(kdc))) {
            byte[] refused = body(tgsReq(REALM), "OTHER.TEST");
            assertThat(postOnce(gateway, refused, "X-Forwarded-For: 192.0.2.77"))
                    .isEqualTo(403);
            gateway.awaitAudit("\"kdc-proxy.refused\"", "\"source.ip\":\"192.0.2.77\"", "OTHER.TEST");
        }
    }

    /** A KDC that hangs holds up nobody but who asked it, and one source cannot take all places. */
    @Test
    void aKdcThatHangsHoldsUpNobodyElse() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(hanging());
                TestGateway gateway =
                        TestGateway.behindProxy(tables(kdc, "concurrent-requests = 8", "timeout = \"20s\""));
                RawHttp one = RawHttp.plain(gateway);
                RawHttp two = RawHttp.plain(gateway);
                RawHttp other = RawHttp.plain(gateway);
                EchoTarget target = new EchoTarget()) {
            send(one, ASK, "X-Forwarded-For: 192.0.2.1");
            send(two, ASK, "X-Forwarded-For: 192.0.2.1");
            Await.until("two requests at the KDC", () -> kdc.openConnections() == 2);
            assertThat(postOnce(gateway, ASK, "X-Forwarded-For: 192.0.2.1")).isEqualTo(503);
            send(other, ASK, "X-Forwarded-For: 192.0.2.2");
            Await.until("three requests at the KDC", () -> kdc.openConnections() == 3);
            long start = System.nanoTime();
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                client.open("pc", List.of(target.host()), target.port());
            }
            assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
        }
    }

    @Test
    void withoutAnAnswerTheRequestFailsInTime() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(hanging());
                TestGateway gateway = TestGateway.start(tables(kdc, "timeout = \"1s\""))) {
            long start = System.nanoTime();
            assertThat(postOnce(gateway, ASK)).isEqualTo(503);
            assertThat((System.nanoTime() - start) / 1e9).isBetween(0.9, 4.0);
            gateway.awaitEmpty();
        }
    }

    /** The connection's own deadline comes first; a half-sent answer would be no use. */
    @Test
    void anAnswerComesBeforeTheConnectionsDeadline() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(hanging());
                TestGateway gateway = TestGateway.start(tables(kdc, "[limits]", "login-deadline = \"1500ms\""))) {
            assertThat(postOnce(gateway, ASK)).isEqualTo(503);
        }
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(hanging());
                TestGateway gateway = TestGateway.start(tables(kdc, "timeout = \"1s\""))) {
            for (int i = 0; i < 10; i++) {
                try (RawHttp http = RawHttp.plain(gateway)) {
                    send(http, ASK);
                }
                try (RawHttp http = RawHttp.plain(gateway)) {
                    http.send(head("/KdcProxy", 100));
                    http.send("0");
                }
            }
            gateway.awaitEmpty();
            Await.until("no request at the KDC", () -> kdc.openConnections() == 0);
            assertThat(warnings()).as("more than that no KDC answered").hasSizeLessThan(2);
        }
    }

    /** Not even a proof of a password that is encrypted crosses the network without TLS. */
    @Test
    void aStrangerWithoutTlsIsRefused() throws Exception {
        Optional<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .findFirst();
        assumeThat(own).as("an address of this machine beside loopback").isPresent();
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                TestGateway gateway = TestGateway.onAllAddresses(tables(kdc));
                RawHttp http = RawHttp.to(
                        new InetSocketAddress(own.get(), gateway.plain().getPort()),
                        own.get().getHostAddress())) {
            assertThat(post(http, ASK)).isEqualTo(403);
            assertThat(kdc.connections()).isZero();
        }
    }
}
