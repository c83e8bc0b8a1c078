package io.gatehouse.jetty.rdg;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.inHead;
import static io.gatehouse.jetty.RawHttp.inStreamHead;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RawHttp.Head;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in by HTTP: the 401 loop, and what an identity is good for. */
@Timeout(30)
class ChallengesTest {
    private static final String CONNECTION_ID = "RDG-Connection-Id: " + ID;

    /**
     * SSPI_NTLM is what the specification wants to see there (2.2.5.3.10); it says that a password may go through the
     * tunnel.
     */
    private static final List<String> SCHEMES_WITHOUT_TLS = List.of("Negotiate", "NTLM", "SSPI_NTLM");

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private static void assertPlain401(Head answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.lines().getFirst()).isEqualTo("HTTP/1.1 401 Unauthorized");
        assertThat(answer.values("Content-Length")).containsExactly("0");
        assertThat(answer.values("Content-Type")).isEmpty();
        assertThat(answer.values("Connection")).isEmpty();
    }

    /** Fact 3, trap 4: exact spelling, strongest first, Basic over TLS only. */
    @Test
    void everySchemeIsOfferedOnALineOfItsOwn() throws Exception {
        try (RawHttp http = RawHttp.tls(gateway)) {
            http.send(outHead(CONNECTION_ID));
            Head answer = http.readHead();
            assertPlain401(answer);
            assertThat(answer.lines())
                    .contains(
                            "WWW-Authenticate: Negotiate",
                            "WWW-Authenticate: NTLM",
                            "WWW-Authenticate: Basic realm=\"Gatehouse\", charset=\"UTF-8\"");
            assertThat(answer.values("WWW-Authenticate"))
                    .extracting(value -> value.split(" ", 2)[0])
                    .containsExactly("Negotiate", "NTLM", "Basic", "SSPI_NTLM");
        }
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(outHead(CONNECTION_ID));
            assertThat(http.readHead().values("WWW-Authenticate")).containsExactlyElementsOf(SCHEMES_WITHOUT_TLS);
        }
    }

    /** Facts 3 and 4, traps 3 and 6: never 101 or 200 to the first request, and everything on one connection. */
    @ParameterizedTest
    @ValueSource(strings = {"NTLM", "Negotiate"})
    void typeOneInTheFirstRequestIsAnsweredByTypeTwoOnTheSameConnection(String scheme) throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(outHead(CONNECTION_ID, http.typeOne(scheme, "alice", TestGateway.PASSWORD)));
            Head challenge = http.readHead();
            assertPlain401(challenge);
            assertThat(challenge.values("WWW-Authenticate"))
                    .singleElement()
                    .asString()
                    .startsWith(scheme + " TlRMTVNTUAACAAAA");
            http.send(outHead(CONNECTION_ID, http.typeThree(scheme, challenge)));
            assertThat(http.readHead().status()).isEqualTo(200);
        }
    }

    static Stream<String> requestsThatAreNotSignedIn() {
        return Stream.of(
                outHead(CONNECTION_ID),
                inHead(CONNECTION_ID),
                outHead(CONNECTION_ID, "Authorization: Digest username=\"alice\""),
                outHead(CONNECTION_ID, "Authorization: NTLM !!!!"),
                outHead(CONNECTION_ID, "Authorization: NTLM"),
                outHead(CONNECTION_ID, "Authorization: Negotiate AAAA"),
                outHead(CONNECTION_ID, "Authorization: Basic YWxpY2U6d3Jvbmc="),
                outHead(CONNECTION_ID, "RDG-Auth-Scheme: PAA"),
                outHead(CONNECTION_ID, "RDG-Auth-Scheme: SMARTCARD"),
                outHead(CONNECTION_ID, "Authorization: PAA"),
                RawHttp.head(
                        "RDG_OUT_DATA " + PATH,
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Key: x",
                        "Content-Length: 0",
                        CONNECTION_ID));
    }

    /** Traps 4, 5 and 6: a body or a content type confuses clients, and a closed connection ends NTLM. */
    @ParameterizedTest
    @MethodSource("requestsThatAreNotSignedIn")
    void every401HasNoBodyAndKeepsTheConnection(String request) throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(request);
            Head answer = http.readHead();
            assertPlain401(answer);
            assertThat(answer.values("WWW-Authenticate")).containsExactlyElementsOf(SCHEMES_WITHOUT_TLS);
            assertThat(http.out("alice", ID).status()).isEqualTo(200);
        }
    }

    /** Section 2.7: the 401 after the last leg has no token, so that the client knows that it is final. */
    @ParameterizedTest
    @ValueSource(strings = {"NTLM", "Negotiate"})
    void aWrongPasswordGetsTheSchemesButNoToken(String scheme) throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(outHead(CONNECTION_ID, http.typeOne(scheme, "alice", "wrong")));
            http.send(outHead(CONNECTION_ID, http.typeThree(scheme, http.readHead())));
            Head answer = http.readHead();
            assertPlain401(answer);
            assertThat(answer.values("WWW-Authenticate")).containsExactlyElementsOf(SCHEMES_WITHOUT_TLS);
            assertThat(http.out("alice", ID).status()).isEqualTo(200);
        }
        gateway.awaitAudit("\"user.name\":\"alice\"", "bad-credentials");
    }

    static Stream<Arguments> credentials() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Stream.of(
                        Arguments.of(transport, Credentials.ntlm("alice", TestGateway.PASSWORD)),
                        Arguments.of(transport, Credentials.negotiate("alice", TestGateway.PASSWORD)),
                        Arguments.of(transport, Credentials.basic("alice", TestGateway.PASSWORD)),
                        Arguments.of(transport, Credentials.tunnelNtlm("alice", TestGateway.PASSWORD))));
    }

    /** Facts 3 and 15: NTLM, raw NTLMSSP under Negotiate, Basic, and NTLM inside the tunnel, over both transports. */
    @ParameterizedTest
    @MethodSource("credentials")
    void everyWayToSignInLeadsToTheTarget(Transport transport, Credentials credentials) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(
                        gateway.options(transport).credentials(credentials).build())) {
            client.open("pc", List.of(target.host()), target.port());
            assertThat(target.awaitAccepted(1, Duration.ofSeconds(10))).isTrue();
            assertThat(target.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("wrongCredentials")
    void aWrongPasswordByHttpIsRefusedOverBothTransports(Transport transport, Credentials credentials) {
        try (GatewayClient client = new GatewayClient(
                gateway.options(transport).credentials(credentials).build())) {
            assertThatThrownBy(client::connect)
                    .isInstanceOfSatisfying(
                            GatewayRefusedException.class,
                            refused -> assertThat(refused.response().status()).isEqualTo(401));
        }
    }

    static Stream<Arguments> wrongCredentials() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> Stream.of(
                        Arguments.of(transport, Credentials.ntlm("alice", "wrong")),
                        Arguments.of(transport, Credentials.negotiate("nobody", TestGateway.PASSWORD)),
                        Arguments.of(transport, Credentials.basic("alice", "wrong"))));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        if (content.size() >= 65536) {
            throw new IllegalArgumentException("content of " + content.size() + " bytes (expected at most 65535)");
        }
        if (content.size() >= 256) {
            value.write(0x82);
            value.write(content.size() >> 8);
        } else if (content.size() >= 128) {
            value.write(0x81);
        }
        value.write(content.size());
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** The NTLMSSP message inside a NegTokenResp, and its end. */
    private static byte[] ntlmsspIn(byte[] token) {
        String text = new String(token, StandardCharsets.ISO_8859_1);
        return Arrays.copyOfRange(token, text.indexOf("NTLMSSP\0"), token.length);
    }

    /** Section 6: SPNEGO whose only mechanism is NTLMSSP, as Windows sends it without a Kerberos ticket. */
    @Test
    void ntlmInsideSpnegoSignsIn() throws Exception {
        byte[] spnego = hex("06062b0601050502");
        byte[] ntlmssp = hex("060a2b06010401823702020a");
        try (RawHttp http = RawHttp.plain(gateway)) {
            String first = http.typeOne("NTLM", "alice", TestGateway.PASSWORD);
            byte[] typeOne = Base64.getDecoder().decode(first.substring("Authorization: NTLM ".length()));
            byte[] init = der(
                    0x60, spnego, der(0xA0, der(0x30, der(0xA0, der(0x30, ntlmssp)), der(0xA2, der(0x04, typeOne)))));
            http.send(outHead(CONNECTION_ID, RawHttp.authorization("Negotiate", init)));
            Head challenge = http.readHead();
            assertPlain401(challenge);
            byte[] response = Base64.getDecoder()
                    .decode(challenge.values("WWW-Authenticate").getFirst().substring("Negotiate ".length()));
            assertThat(response[0]).as("NegTokenResp").isEqualTo((byte) 0xA1);

            byte[] typeThree = http.answer(ntlmsspIn(response));
            byte[] last = der(0xA1, der(0x30, der(0xA2, der(0x04, typeThree))));
            http.send(outHead(CONNECTION_ID, RawHttp.authorization("Negotiate", last)));
            Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.values("WWW-Authenticate"))
                    .as("the final token, accept-completed")
                    .singleElement()
                    .asString()
                    .startsWith("Negotiate oQ");
        }
    }

    /** Trap 10 and security finding 1: nothing but the request that proved it has the identity. */
    @Test
    void aRequestWithoutAuthorizationOnASignedInConnectionIs401() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway);
                RawHttp in = RawHttp.plain(gateway)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            assertThat(in.in("alice", ID).status()).isEqualTo(200);
            String other = "RDG-Connection-Id: {11111111-2222-3333-4444-555555555555}";
            for (String request : List.of(
                    inHead(CONNECTION_ID),
                    outHead(CONNECTION_ID),
                    outHead(other),
                    RawHttp.head(
                            "RDG_OUT_DATA " + PATH,
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: x",
                            other))) {
                in.send(request);
                assertPlain401(in.readHead());
            }
        }
    }

    /** Fact 7 the other way round: without a sign-in before it, the stream of an IN channel is let in nowhere. */
    @Test
    void aStreamWithoutASignInBeforeItIs401() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway);
                RawHttp in = RawHttp.plain(gateway)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            in.send(inStreamHead(ID));
            assertThat(in.readHead().status()).isEqualTo(401);
        }
    }

    /** SPNEGO with Kerberos as favourite and a ticket that makes it {@code size} bytes long, and NTLM besides. */
    private static byte[] kerberosInit(int size) {
        byte[] mechanisms = hex("06092a864886f712010202" + "060a2b06010401823702020a");
        byte[] none = kerberosInit(mechanisms, new byte[32 * 1024]);
        return kerberosInit(mechanisms, new byte[32 * 1024 + size - none.length]);
    }

    private static byte[] kerberosInit(byte[] mechanisms, byte[] ticket) {
        return der(
                0x60,
                hex("06062b0601050502"),
                der(0xA0, der(0x30, der(0xA0, der(0x30, mechanisms)), der(0xA2, der(0x04, ticket)))));
    }

    /** Trap 37: Kerberos tickets with many groups. The answer tells that all of it was read and understood. */
    @ParameterizedTest
    @ValueSource(ints = {48 * 1024, 64 * 1024 - 1})
    void anAuthorizationHeaderOf64KibIsRead(int size) throws Exception {
        byte[] token = kerberosInit(size);
        assertThat(token).hasSize(size);
        for (RawHttp connection : List.of(RawHttp.plain(gateway), RawHttp.tls(gateway))) {
            try (RawHttp http = connection) {
                http.send(outHead(CONNECTION_ID, RawHttp.authorization("Negotiate", token)));
                Head answer = http.readHead();
                assertPlain401(answer);
                assertThat(answer.values("WWW-Authenticate"))
                        .as("NTLM instead, with a mechListMIC")
                        .containsExactly("Negotiate "
                                + Base64.getEncoder()
                                        .encodeToString(hex("a1153013a0030a0103a10c060a2b06010401823702020a")));
                assertThat(http.out("alice", ID).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aLargerTokenIsRefused() throws Exception {
        byte[] token = new byte[64 * 1024 + 1];
        token[0] = 0x60;
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(outHead(CONNECTION_ID, RawHttp.authorization("Negotiate", token)));
            assertPlain401(http.readHead());
            gateway.awaitAudit("token of 65537 bytes (expected at most 65536)");
        }
    }

    /** Trap 41. */
    @Test
    void theAuditLogHoldsNoSecret() throws Exception {
        try (RawHttp http = RawHttp.tls(gateway)) {
            http.send(outHead(CONNECTION_ID, "Authorization: Basic YWxpY2U6d3Jvbmc="));
            assertThat(http.readHead().status()).isEqualTo(401);
            assertThat(http.out("alice", ID).status()).isEqualTo(200);
        }
        gateway.awaitAudit("\"event.action\":\"sign-in.accepted\"");
        assertThat(String.join("\n", gateway.audit())).doesNotContain("YWxpY2U6", "wrong\"", "TlRMTVNTUA");
    }
}
