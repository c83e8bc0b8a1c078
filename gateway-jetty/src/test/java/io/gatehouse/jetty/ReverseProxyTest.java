package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.ReverseProxy.Recipe;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes through real reverse proxies that run the recipes of {@code docs/proxies}. */
@Timeout(120)
class ReverseProxyTest {
    private static final PrintedTable TABLE = new PrintedTable("reverse-proxy.md", "### The protocol");
    /** Longer than anything takes that works, and what each cell costs that does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int LARGE_TICKET = 64 * 1024;
    /** The tickets of the realm name no groups. */
    private static final String TICKETS = """
            [[policy.rule]]
            name = "tickets to this machine"
            methods = ["kerberos"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            """;

    private static TestFolder folder;
    private static MitKdc kdc;
    private static CurlTickets tickets;

    @BeforeAll
    static void start() throws Exception {
        MitKdc.assume();
        RequiredTools.assume("curl");
        folder = new TestFolder();
        kdc = MitKdc.start(folder);
        tickets = new CurlTickets(folder, kdc.client().kinit(MitKdc.ALICE));
    }

    @AfterAll
    static void stop() throws Exception {
        if (tickets != null) {
            tickets.close();
        }
        if (kdc != null) {
            kdc.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    /** The ways to sign in, in the order of the table. */
    private enum Method {
        BASIC,
        NTLM,
        KERBEROS,
        NTLM_IN_TUNNEL,
        TOKEN
    }

    private static Credentials credentials(Method method, TestGateway gateway, EchoTarget target) {
        return switch (method) {
            case BASIC -> Credentials.basic("alice", TestGateway.PASSWORD);
            case NTLM -> Credentials.ntlm("alice", TestGateway.PASSWORD);
            case KERBEROS -> new Credentials.Ticket(tickets::next);
            case NTLM_IN_TUNNEL -> Credentials.tunnelNtlm("alice", TestGateway.PASSWORD);
            case TOKEN ->
                new Credentials.PaaCookie(Secret.ofText(gateway.token("staff", target.port(), Instant.now())));
        };
    }

    private static boolean passes(TestGateway gateway, ReverseProxy proxy, Transport transport, Method method)
            throws IOException {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(gateway.options(transport)
                        .address(proxy.address())
                        .readTimeout(PATIENCE)
                        .credentials(credentials(method, gateway, target))
                        .build())) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            for (byte round = 0; round < 3; round++) {
                channel.send(ByteBuffer.wrap(new byte[] {round, 2, 3}));
                ByteBuffer answer = ByteBuffer.allocate(3);
                channel.readFully(answer);
                assertThat(answer.array()).containsExactly(round, 2, 3);
            }
            return true;
        } catch (IOException stopped) {
            return false;
        }
    }

    /** Whether an Authorization header of this size reaches the gateway, which then refuses what is in it. */
    private static boolean passesLargeTicket(ReverseProxy proxy) throws Exception {
        String request = RawHttp.head(
                "RDG_OUT_DATA " + RawHttp.PATH,
                "Content-Length: 0",
                "RDG-Connection-Id: " + RawHttp.ID,
                "Authorization: Negotiate " + "A".repeat(LARGE_TICKET));
        try (SSLSocket socket = RawHttp.tlsSocket(proxy.address())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 401".length());
            return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 401");
        }
    }

    private static String word(boolean passes) {
        return passes ? "yes" : "no";
    }

    @ParameterizedTest
    @EnumSource
    void thePageTellsWhatPasses(Recipe recipe) throws Exception {
        List<String> cells = new ArrayList<>();
        try (TestGateway gateway = TestGateway.behindReverseProxies(
                        kdc.keytab(MitKdc.LOCALHOST), MitKdc.LOCALHOST, TestGateway.RULE + TICKETS);
                ReverseProxy proxy = ReverseProxy.start(recipe, gateway, folder.freshFolder(recipe.file()))) {
            cells.add("[" + recipe.file() + "](proxies/" + recipe.file() + ")");
            for (Transport transport : List.of(Transport.WEBSOCKET, Transport.DUAL_CHANNEL)) {
                for (Method method : Method.values()) {
                    cells.add(word(passes(gateway, proxy, transport, method)));
                }
            }
            cells.add(word(passesLargeTicket(proxy)));
            assertThat(gateway.audit())
                    .filteredOn(line -> line.contains("sign-in.accepted"))
                    .anyMatch(line -> line.contains("\"kerberos\"") && line.contains("MIT.TEST"))
                    .allMatch(line -> line.contains("\"source.ip\":\"127.0.0.1\""))
                    .as("channel binding needs TLS from end to end")
                    .allMatch(line -> !line.contains("\"ntlm\"") || line.contains("channel-binding") == recipe.isTcp());
        }
        TABLE.hasRow(cells);
    }
}
