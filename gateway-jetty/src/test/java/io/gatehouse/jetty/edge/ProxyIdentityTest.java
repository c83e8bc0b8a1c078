package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.core.tsgu.TsguPacket.HandshakeRequest;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeResponse;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.transport.DualChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a proxy that gives one connection to many clients, nobody inherits another's identity. */
@Timeout(60)
class ProxyIdentityTest {
    private static final String ALICE = "10.0.0.1";
    private static final String MALLORY = "10.0.0.2";
    private static final String OTHER_ID = "{11111111-2222-3333-4444-555555555555}";

    /** A request of {@code client} as the proxy passes it on. */
    private static String request(String method, String client, String id, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("RDG-Connection-Id: " + id);
        headers.add("X-Forwarded-For: " + client);
        return RawHttp.head(method + " " + PATH, headers.toArray(String[]::new));
    }

    private static String in(String client, String id, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("Content-Length: 0");
        return request("RDG_IN_DATA", client, id, headers.toArray(String[]::new));
    }

    private static String out(String client, String id, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("Content-Length: 0");
        return request("RDG_OUT_DATA", client, id, headers.toArray(String[]::new));
    }

    private static String stream(String client, String id) {
        return request("RDG_IN_DATA", client, id, "Transfer-Encoding: chunked");
    }

    /** Alice's OUT channel on a connection of its own. */
    private static void openOut(RawHttp connection) throws Exception {
        connection.send(out(ALICE, ID, connection.typeOne("NTLM", "alice", TestGateway.PASSWORD)));
        RawHttp.Head challenge = connection.readHead();
        assertThat(challenge.status()).isEqualTo(401);
        connection.send(out(ALICE, ID, connection.typeThree("NTLM", challenge)));
        assertThat(connection.readHead().status()).isEqualTo(200);
        assertThat(connection.read(DualChannel.seed().remaining()))
                .isEqualTo(DualChannel.seed().array());
    }

    /** Alice signs in for her IN channel. */
    private static void grantIn(RawHttp connection) throws Exception {
        connection.send(in(ALICE, ID, connection.typeOne("NTLM", "alice", TestGateway.PASSWORD)));
        RawHttp.Head challenge = connection.readHead();
        assertThat(challenge.status()).isEqualTo(401);
        connection.send(in(ALICE, ID, connection.typeThree("NTLM", challenge)));
        assertThat(connection.readHead().status()).isEqualTo(200);
    }

    /** Security finding 1: the request after a sign-in begins as nobody, whatever it carries. */
    @Test
    void theNextClientOnTheConnectionOfASignInIsNobody() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp first = RawHttp.plain(gateway);
                RawHttp shared = RawHttp.plain(gateway);
                RawHttp mallory = RawHttp.plain(gateway)) {
            openOut(first);
            grantIn(shared);

            for (String request : List.of(
                    in(MALLORY, ID),
                    out(MALLORY, ID),
                    out(MALLORY, OTHER_ID),
                    request(
                            "RDG_OUT_DATA",
                            MALLORY,
                            OTHER_ID,
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Key: x"))) {
                shared.send(request);
                assertThat(shared.readHead().status()).isEqualTo(401);
            }
            shared.send(in(MALLORY, ID, mallory.typeOne("NTLM", "alice", "wrong")));
            RawHttp.Head challenge = shared.readHead();
            assertThat(challenge.status()).isEqualTo(401);
            shared.send(in(MALLORY, ID, mallory.typeThree("NTLM", challenge)));
            assertThat(shared.readHead().status()).isEqualTo(401);
        }
    }

    /** Row 9: the stream of an IN channel is bound to the address of the sign-in before it, and to one stream. */
    @Test
    void onlyTheClientThatSignedInMaySendTheStreamAndOnlyOnce() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp out = RawHttp.plain(gateway);
                RawHttp shared = RawHttp.plain(gateway);
                RawHttp mallory = RawHttp.plain(gateway);
                RawHttp another = RawHttp.plain(gateway);
                RawHttp again = RawHttp.plain(gateway)) {
            openOut(out);
            grantIn(shared);

            mallory.send(stream(MALLORY, ID));
            assertThat(mallory.readHead().status()).isEqualTo(401);

            another.send(stream(ALICE, ID));
            another.sendChunk(bytes(new HandshakeRequest(1, 0, 0, 0)));
            assertThat(out.readPacket()).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));

            again.send(stream(ALICE, ID));
            assertThat(again.readHead().status()).isEqualTo(401);
        }
    }

    @Test
    void aGrantExpiresWithItsOutChannel() throws Exception {
        String tables = "[limits]\npairing-timeout = \"400ms\"\n";
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE + tables);
                RawHttp out = RawHttp.plain(gateway);
                RawHttp in = RawHttp.plain(gateway)) {
            openOut(out);
            grantIn(in);
            out.assertEnds();
            in.send(stream(ALICE, ID));
            assertThat(in.readHead().status()).isEqualTo(401);
        }
    }

    /** Even with the very token that would sign Alice in. */
    @Test
    void nobodyFinishesTheSignInOfAnotherAddress() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp shared = RawHttp.plain(gateway)) {
            shared.send(out(ALICE, ID, shared.typeOne("NTLM", "alice", TestGateway.PASSWORD)));
            RawHttp.Head challenge = shared.readHead();
            String typeThree = shared.typeThree("NTLM", challenge);
            shared.send(out(MALLORY, ID, typeThree));
            assertThat(shared.readHead().status()).isEqualTo(401);
            shared.send(out(ALICE, OTHER_ID, typeThree));
            assertThat(shared.readHead().status()).isEqualTo(401);
            shared.send(in(ALICE, ID, typeThree));
            assertThat(shared.readHead().status()).isEqualTo(401);
            shared.send(out(ALICE, ID, typeThree));
            assertThat(shared.readHead().status()).isEqualTo(200);
        }
    }

    /** Finding 2. */
    @Test
    void theLegsOfOneClientMayComeOverTwoConnections() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp one = RawHttp.plain(gateway);
                RawHttp two = RawHttp.plain(gateway)) {
            one.send(out(ALICE, ID, one.typeOne("NTLM", "alice", TestGateway.PASSWORD)));
            two.send(out(ALICE, ID, one.typeThree("NTLM", one.readHead())));
            assertThat(two.readHead().status()).isEqualTo(200);
        }
    }

    /** The address of the client in the audit line of a refused sign-in. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.7                                | 10.0.0.7",
                "6.6.6.6, 10.0.0.7                       | 10.0.0.7",
                "6.6.6.6, 10.0.0.7, 127.0.0.1            | 10.0.0.7",
                "6.6.6.6, 10.0.0.7:4711                  | 10.0.0.7",
                "6.6.6.6, [2001:db8::7]:4711             | 2001:db8::7",
                "10.0.0.7, unknown                       | 127.0.0.1"
            })
    void theRightMostAddressThatIsNoProxyIsTheClient(String forwarded, String client) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(out(forwarded, ID, "Authorization: Basic YWxpY2U6d3Jvbmc="));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"" + client + "\"");
        }
    }

    private static String forwarded(String header, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("RDG-Connection-Id: " + ID);
        headers.add("Content-Length: 0");
        headers.add("Authorization: Basic YWxpY2U6d3Jvbmc=");
        headers.add(header);
        return RawHttp.head("RDG_OUT_DATA " + PATH, headers.toArray(String[]::new));
    }

    /** RFC 7239, where the configuration says so; the other header is what some client wrote. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=10.0.0.7                                                   | 10.0.0.7",
                "for=6.6.6.6, For=\"10.0.0.7:4711\";proto=https                 | 10.0.0.7",
                "for=6.6.6.6, for=\"[2001:db8::7]:4711\", for=127.0.0.1;by=_me  | 2001:db8::7",
                "for=10.0.0.7, for=unknown                                      | 127.0.0.1",
                "for=10.0.0.7, for=_hidden                                      | 127.0.0.1"
            })
    void theRightMostAddressOfForwardedIsTheClientWhereProxiesWriteIt(String header, String client) throws Exception {
        try (TestGateway gateway = TestGateway.behindForwardedProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(forwarded("Forwarded: " + header, "X-Forwarded-For: 6.6.6.7", "X-Forwarded-Proto: http"));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"" + client + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"for=\", for=10.0.0.7", "for=\", for=\"[2001:db8::7]\"", "for=10.0.0.7;proto=http", "x"})
    void aRequestOfWhichNobodyCanTellWhoseItIsOrThatCameWithoutTlsIsRefused(String header) throws Exception {
        try (TestGateway gateway = TestGateway.behindForwardedProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(forwarded("Forwarded: " + header));
            assertThat(http.readHead().status()).isEqualTo(403);
        }
    }

    @Test
    void forwardedIsOnlyTextOfAClientWhereProxiesWriteTheOtherHeader() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(forwarded("Forwarded: for=6.6.6.6;proto=http", "X-Forwarded-For: 10.0.0.7"));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"10.0.0.7\"");
        }
    }

    @Test
    void aPeerThatIsNoTrustedProxySpeaksForItselfOnly() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plainFrom(gateway, "127.0.0.2")) {
            http.send(out(ALICE, ID, "Authorization: Basic YWxpY2U6d3Jvbmc="));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"127.0.0.2\"");
            assertThat(String.join("\n", gateway.audit())).doesNotContain(ALICE);
        }
    }

    /** A proxy that knows nobody to name speaks for itself, and is taken to let nobody come without TLS. */
    @Test
    void emptyHeadersSayNothing() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(forwarded("X-Forwarded-For:", "X-Forwarded-Proto:", "Forwarded:"));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"127.0.0.1\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "for=10.0.0.7;proto=wss", "for=10.0.0.7;proto=\"WSS\"", "for=10.0.0.7;proto=\"\""})
    void aForwardedHeaderThatIsEmptyOrSaysWssIsTaken(String header) throws Exception {
        try (TestGateway gateway = TestGateway.behindForwardedProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(forwarded("Forwarded: " + header));
            assertThat(http.readHead().status()).isEqualTo(401);
            gateway.awaitAudit(
                    "sign-in.refused", "\"source.ip\":\"" + (header.isEmpty() ? "127.0.0.1" : "10.0.0.7") + "\"");
        }
    }

    /** Traefik says {@code wss} of every WebSocket that came with TLS. */
    @ParameterizedTest
    @ValueSource(strings = {"wss", "https", "WSS", "http, wss", ""})
    void aWebSocketBehindAProxyThatEndsTlsIsTaken(String protocol) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(request(
                    "RDG_OUT_DATA",
                    ALICE,
                    ID,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Key: x",
                    "X-Forwarded-Proto: " + protocol,
                    "Authorization: Basic YWxpY2U6cGFzc3dvcmQ="));
            assertThat(http.readHead().status()).isEqualTo(101);
        }
    }

    @Test
    void aClientThatReachedTheProxyWithoutTlsIsRefused() throws Exception {
        try (RequestLines lines = new RequestLines();
                TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(out(ALICE, ID, "X-Forwarded-Proto: http", "Authorization: Basic YWxpY2U6cGFzc3dvcmQ="));
            assertThat(http.readHead().status()).isEqualTo(403);
            lines.await(
                    "request refused", "client=" + ALICE, "status=403", "cause=the proxy says that the client came");
        }
    }

    @Test
    void plainHttpFromTheNetworkIsRefused() throws Exception {
        Optional<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .findFirst();
        assumeThat(own).as("an address of this machine beside loopback").isPresent();
        try (TestGateway gateway = TestGateway.onAllAddresses(TestGateway.RULE);
                RawHttp http = RawHttp.to(
                        new InetSocketAddress(own.get(), gateway.plain().getPort()),
                        own.get().getHostAddress())) {
            http.send(out("127.0.0.1", ID, "Authorization: Basic YWxpY2U6cGFzc3dvcmQ="));
            assertThat(http.readHead().status()).isEqualTo(403);
        }
    }

    /** A connection too many of one client must not leave the client's other half behind. */
    @Test
    void anInStreamThatIsOneTooManyEndsItsOutChannel() throws Exception {
        String tables = "[limits]\nconnections-before-login-per-source = 1\n";
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE + tables);
                RawHttp out = RawHttp.plain(gateway);
                RawHttp in = RawHttp.plain(gateway)) {
            openOut(out);
            grantIn(in);
            in.send(stream(ALICE, ID));
            assertThat(in.readHead().status()).isEqualTo(503);
            out.assertEnds();
        }
    }
}
