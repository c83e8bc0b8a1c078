package io.gatehouse.jetty;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.inHead;
import static io.gatehouse.jetty.RawHttp.inStreamHead;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.transport.DualChannel;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each attempt that is refused leaves one line: in the audit log, or in the log of refused requests. The file {@code
 * refusals.txt} lists the ways; a reason of the sources that is not in it fails {@link
 * #everyReasonOfTheSourcesIsListed}.
 */
@Timeout(90)
class RefusalPathsTest {
    private static final Path LIST = Path.of("src", "test", "resources", "refusals.txt");
    private static final Path MAIN = Path.of("src", "main", "java", "io", "gatehouse", "jetty");
    private static final Path CORE = Path.of("..", "gateway-core", "src", "main", "java", "io", "gatehouse", "core");
    private static final Duration A_MOMENT = Duration.ofMillis(150);
    private static final String[] TOKEN_CLIENT = {"RDG-Connection-Id: " + ID, "RDG-Auth-Scheme: PAA"};
    /** Calls that refuse, up to the first text in them. */
    private static final Pattern CALL = Pattern.compile(
            "\\b(?:refuse|refuseAndClose|refuseTunnel|note|refused|ended|notAllowed|tooMany|NoPair|abort|offended|NoChannel)"
                    + "\\((?:[^\";{}]|\\n)*\"((?:[^\"\\\\]|\\\\.)+)\"");

    private TestGateway gateway;
    private RequestLines requests;
    /** The lines of refusals.txt that were seen. */
    private final Set<String> seen = new LinkedHashSet<>();
    /** What was otherwise, all told at the end. */
    private final List<String> wrong = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start("""
                [limits]
                pairing-timeout = "1s"
                tunnels-per-user = 1
                [auth.paa]
                """ + TestGateway.RULE);
        requests = new RequestLines();
    }

    @AfterEach
    void stop() throws Exception {
        requests.close();
        gateway.close();
    }

    private static List<String> listed() throws IOException {
        return Files.readAllLines(LIST).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static String[] parts(String line) {
        return line.split(" \\| ", -1);
    }

    /** All lines about attempts that failed, in the words of the list. */
    private List<String> failures() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : requests.all()) {
            lines.add("log | " + first(line, "status=([0-9]+)") + " | - | " + first(line, "cause=(.*)"));
        }
        for (String line : gateway.audit()) {
            if (line.contains("\"event.outcome\":\"failure\"")) {
                String code = line.contains("sign-in.refused") ? "sign-in" : first(line, "\"rdgw.error\":\"([A-Z_]+)");
                lines.add("audit | " + code + " | " + first(line, "\"rdgw.stage\":\"([a-z-]+)") + " | "
                        + first(line, "\"event.reason\":\"((?:[^\"\\\\]|\\\\.)*)"));
            }
        }
        return lines;
    }

    private static String first(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        return found.find() ? found.group(1) : "nothing in " + text;
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /** {@code attempt} leaves exactly the lines of the list that have these beginnings. */
    private void leaves(List<String> expected, Attempt attempt) throws Exception {
        try {
            leavesExactly(expected, attempt);
        } catch (AssertionError otherwise) {
            wrong.add(expected + ": " + otherwise.getMessage());
        }
    }

    private void leavesExactly(List<String> expected, Attempt attempt) throws Exception {
        List<String> before = failures();
        attempt.run();
        Await.until("a line: " + expected, () -> failures().size() >= before.size() + expected.size());
        gateway.awaitEmpty();
        Await.still(this::count, A_MOMENT);
        List<String> lines = new ArrayList<>(failures());
        before.forEach(lines::remove);
        for (String want : expected) {
            String[] wanted = parts(want);
            assertThat(lines).as(want).anyMatch(line -> {
                String[] got = line.split(" \\| ", 4);
                return got[0].equals(wanted[0])
                        && got[1].equals(wanted[1])
                        && got[2].equals(wanted[2])
                        && got[3].contains(wanted[3]);
            });
            seen.addAll(listed().stream().filter(line -> line.startsWith(want)).toList());
        }
        assertThat(lines).as("lines after " + expected).hasSameSizeAs(expected);
    }

    private long count() {
        try {
            return failures().size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void leaves(String expected, Attempt attempt) throws Exception {
        leaves(List.of(expected), attempt);
    }

    private void plain(String expected, String head) throws Exception {
        leaves(expected, () -> {
            try (RawHttp http = RawHttp.plain(gateway)) {
                http.send(head);
                http.readHead();
            }
        });
    }

    private void client(String expected, UnaryOperator<ClientOptions.Builder> options, ClientAttempt attempt)
            throws Exception {
        leaves(expected, () -> {
            try (GatewayClient client = new GatewayClient(
                    options.apply(gateway.options(Transport.WEBSOCKET)).build())) {
                attempt.run(client);
            } catch (IOException refused) {
                // What the client sees is the business of other tests.
            }
        });
    }

    private interface ClientAttempt {
        void run(GatewayClient client) throws Exception;
    }

    private static ClientAttempt open(String host, int port) {
        return client -> client.open("pc", List.of(host), port);
    }

    @Test
    void everyRefusalLeavesOneLine() throws Exception {
        requestsOfHttp();
        halves();
        signIns();
        tunnels();
        targets();
        assertThat(wrong).isEmpty();
        List<String> rest = new ArrayList<>(listed());
        rest.removeAll(seen);
        rest.removeIf(line -> parts(line).length == 5);
        assertThat(rest).as("refusals that are listed and were not provoked").isEmpty();
        assertThat(listed().stream().filter(line -> parts(line).length == 5).map(line -> parts(line)[4]))
                .allSatisfy(test -> assertThat(test)
                        .matches("[A-Z]\\w+Test|a race of nanoseconds|the handshake is refused before"));
    }

    private void requestsOfHttp() throws Exception {
        plain("log | 400 | - | an OUT channel without a connection id", signedOut());
        plain("log | 400 | - | Ambiguous URI empty segment", RawHttp.head("RDG_OUT_DATA //remoteDesktopGateway/"));
        plain("log | 401 | - | no OUT channel has this connection id", inStreamHead(ID));
        plain("log | 401 | - | no connection id (expected a GUID in RDG-Connection-Id)", inStreamHead("none"));
        plain("log | 404 | - | no such path", RawHttp.head("GET /nowhere"));
        plain(
                "log | 404 | - | RPC over HTTP, which the gateway does not speak",
                RawHttp.head("RPC_IN_DATA /rpc/rpcproxy.dll"));
        plain(
                "log | 405 | - | a WebSocket from a page of another site (Origin)",
                RawHttp.head(
                        "GET " + RawHttp.PATH,
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                        "Origin: https://evil.example"));
        plain("log | 405 | - | method GET without an upgrade to WebSocket", RawHttp.head("GET " + RawHttp.PATH));
        seen.addAll(listed().stream()
                .filter(line -> line.endsWith("an IN channel without a grant"))
                .toList());
    }

    /** A token client, whom HTTP does not sign in, without an id. */
    private static String signedOut() {
        return outHead("RDG-Auth-Scheme: PAA");
    }

    private void out(RawHttp http) throws Exception {
        http.send(outHead(TOKEN_CLIENT));
        assertThat(http.readHead().status()).isEqualTo(200);
        http.read(DualChannel.seed().remaining());
    }

    private void halves() throws Exception {
        plain(
                "audit | CONNECTION_REFUSED | connection | no OUT channel of this client for its IN channel",
                inHead(TOKEN_CLIENT));
        String left = "audit | CLOSED_BEFORE_CHANNEL | connection | the client closed the OUT channel";
        leaves(
                List.of("audit | CONNECTION_REFUSED | connection | the connection id belongs to another client", left),
                () -> {
                    try (RawHttp first = RawHttp.plain(gateway);
                            RawHttp second = RawHttp.plain(gateway)) {
                        out(first);
                        second.send(outHead(TOKEN_CLIENT));
                        assertThat(second.readHead().status()).isEqualTo(403);
                    }
                });
        leaves("audit | CLOSED_BEFORE_CHANNEL | connection | the client sent bytes on the OUT channel", () -> {
            try (RawHttp http = RawHttp.plain(gateway)) {
                out(http);
                http.send("more");
                http.assertEnds();
            }
        });
        leaves(
                "audit | CLOSED_BEFORE_CHANNEL | connection | the client sent bytes behind its request for the OUT channel",
                () -> {
                    try (RawHttp http = RawHttp.plain(gateway)) {
                        http.send(outHead(TOKEN_CLIENT) + "GET / HTTP/1.1\r\n\r\n");
                        http.readHead();
                        http.read(DualChannel.seed().remaining());
                        http.assertEnds();
                    }
                });
        leaves(
                "audit | CLOSED_BEFORE_CHANNEL | connection | no IN channel came for the OUT channel in time (pairing-timeout)",
                () -> {
                    try (RawHttp http = RawHttp.plain(gateway)) {
                        out(http);
                        http.assertEnds();
                    }
                });
        leaves(
                List.of(
                        "audit | CLOSED_BEFORE_CHANNEL | connection | another OUT channel came with the same connection id",
                        left),
                () -> {
                    try (RawHttp first = RawHttp.tls(gateway);
                            RawHttp second = RawHttp.tls(gateway)) {
                        assertThat(first.out("alice", ID).status()).isEqualTo(200);
                        assertThat(second.out("alice", ID).status()).isEqualTo(200);
                        first.read(DualChannel.seed().remaining());
                        first.assertEnds();
                    }
                });
    }

    private void signIns() throws Exception {
        client(
                "audit | sign-in | sign-in | wrong password",
                options -> options.credentials(Credentials.ntlm("alice", "wrong")),
                GatewayClient::connect);
        plain("audit | sign-in | sign-in | scheme is not offered", outHead("Authorization: Digest eHh4"));
        plain("audit | sign-in | sign-in | no token in base64", outHead("Authorization: NTLM !"));
        plain(
                "audit | sign-in | sign-in | token continues no exchange of this connection",
                outHead("Authorization: NTLM eHh4"));
    }

    private void tunnels() throws Exception {
        client(
                "audit | E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD | handshake | handshake with extendedAuth 2 (expected 0)",
                options -> options,
                client -> {
                    client.connect();
                    client.send(new TsguPacket.HandshakeRequest(1, 0, 0, 2));
                    client.receive();
                });
        client(
                "audit | CLOSED_BEFORE_CHANNEL | handshake | TunnelAuth in state AwaitingHandshake",
                options -> options,
                client -> {
                    client.connect();
                    client.send(new TsguPacket.TunnelAuth("pc", Optional.empty()));
                    client.receive();
                });
        client("audit | CLOSED_BEFORE_CHANNEL | admission | the client", options -> options, client -> {
            client.connect();
            client.handshake();
        });
        client("audit | CLOSED_BEFORE_CHANNEL | admission | packetLength", options -> options, client -> {
            client.connect();
            client.handshake();
            client.sendRaw(ByteBuffer.wrap(new byte[] {4, 0, 0, 0, -1, -1, -1, 127}));
            client.receive();
        });
        tunnelCreate(
                "audit | E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD | admission | a cookie from a client that signed in by HTTP",
                new TsguPacket.TunnelCreate(0, OptionalLong.empty(), Optional.of(Token.of(new byte[] {1, 2}))));
        tunnelCreate(
                "audit | E_PROXY_NOTSUPPORTED | admission | reauthentication, which was not offered",
                new TsguPacket.TunnelCreate(0, OptionalLong.of(1), Optional.empty()));
        client(
                "audit | E_PROXY_COOKIE_BADPACKET | sign-in | no cookie",
                options -> options.credentials(new Credentials.PaaCookie(Secret.ofText("x"))),
                client -> {
                    client.connect();
                    client.handshake();
                    client.send(new TsguPacket.TunnelCreate(0, OptionalLong.empty(), Optional.empty()));
                    client.receive();
                });
        client(
                "audit | E_PROXY_NAP_ACCESSDENIED | admission | no rule",
                options -> options.credentials(Credentials.ntlm("carol", TestGateway.PASSWORD)),
                open("127.0.0.1", 1));
    }

    private void tunnelCreate(String expected, TsguPacket.TunnelCreate packet) throws Exception {
        client(expected, options -> options, client -> {
            client.connect();
            client.handshake();
            client.send(packet);
            client.receive();
        });
    }

    private void targets() throws Exception {
        client(
                "audit | E_PROXY_NOTSUPPORTED | target | protocol 4 to 127.0.0.1:3389 (expected 3)",
                options -> options,
                client -> {
                    client.connect();
                    client.handshake();
                    client.createTunnel();
                    client.authorizeTunnel("pc");
                    client.send(new TsguPacket.ChannelCreate(List.of("127.0.0.1"), List.of(), 3389, 4));
                    client.receive();
                });
        client("audit | E_PROXY_RAP_ACCESSDENIED | target | no rule", options -> options, open("192.0.2.1", 3389));
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        client(
                "audit | E_PROXY_TS_CONNECTFAILED | target | Connection refused",
                options -> options,
                open("127.0.0.1", closed));
        try (EchoTarget target = new EchoTarget()) {
            leaves("audit | E_PROXY_MAXCONNECTIONSREACHED | target | the user has too many open channels", () -> {
                try (GatewayClient first = gateway.client(Transport.WEBSOCKET);
                        GatewayClient second = gateway.client(Transport.WEBSOCKET)) {
                    first.open("pc", List.of("127.0.0.1"), target.port());
                    second.open("pc", List.of("127.0.0.1"), target.port());
                } catch (IOException refused) {
                    // As it should.
                }
            });
        }
    }

    @Test
    void everyReasonOfTheSourcesIsListed() throws Exception {
        List<String> reasons = listed().stream().map(line -> parts(line)[3]).toList();
        List<String> unlisted = new ArrayList<>();
        int found = 0;
        for (Path folder : List.of(
                MAIN.resolve("edge"),
                MAIN.resolve("rdg"),
                MAIN.resolve("transport"),
                MAIN.resolve("tunnel"),
                CORE.resolve("tunnel"))) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    for (Matcher call = CALL.matcher(Files.readString(file)); call.find(); ) {
                        String text = call.group(1).split("%|\\\\", 2)[0].strip();
                        found++;
                        if (!text.isEmpty()
                                && reasons.stream().noneMatch(reason -> reason.contains(text) || text.contains(reason))
                                && !OTHER.contains(text)) {
                            unlisted.add(file.getFileName() + ": " + text);
                        }
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(25);
        assertThat(unlisted).isEmpty();
    }

    /** What such calls say of open channels, or of tunnels that never asked for one; and words that are no reason. */
    private static final Set<String> OTHER = Set.of(
            ":",
            "the account is gone:",
            "writing to the target failed:",
            "the target took nothing for",
            "the OUT channel failed:");
}
