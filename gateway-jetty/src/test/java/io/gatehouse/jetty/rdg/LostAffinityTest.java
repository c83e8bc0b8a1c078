package io.gatehouse.jetty.rdg;

import static io.gatehouse.jetty.RawHttp.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real nginx that gives each request of a client to another connection, or to another gateway: the sign-in fails, and
 * the audit log says which proxy to mend, and how.
 */
@Timeout(60)
class LostAffinityTest {
    private static final String SERVER = """
              upstream gateway { UPSTREAM }
              server {
                listen 127.0.0.1:PORT;
                location / {
                  proxy_pass http://gateway;
                  proxy_http_version 1.1;
                  proxy_buffering off;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_set_header X-Forwarded-Proto https;
                }
              }
            """;
    private static final String PORTAL = """
            [portal]
            url = "https://portal.test"
            signing = { certificate = "gateway.pem", key = "gateway.key" }
            """;
    /** RFC 4178: accept-incomplete. */
    private static final String NEG_TOKEN_RESP = "a107" + "3005" + "a0030a0101";
    /** RFC 4178: an offer of NTLM and, as second choice, Kerberos, without a token of either. */
    private static final String NTLM_OR_KERBEROS = "6027" + "06062b0601050502" + "a01d" + "301b" + "a019" + "3017"
            + "060a2b06010401823702020a" + "06092a864886f712010202";

    private static final String BY_ID = "hash $http_rdg_connection_id consistent; ";

    @TempDir
    private Path folder;

    private Nginx nginx(String balance, InetSocketAddress front, TestGateway... gateways) throws Exception {
        String servers = Arrays.stream(gateways)
                .map(gateway -> "server %s:%d; "
                        .formatted(
                                gateway.plain().getAddress() instanceof Inet6Address ? "[::1]" : "127.0.0.1",
                                gateway.plain().getPort()))
                .collect(Collectors.joining());
        String server = SERVER.replace("UPSTREAM", balance + servers).replace("PORT", String.valueOf(front.getPort()));
        return Nginx.start(server, folder, front);
    }

    private static int signIn(InetSocketAddress at) throws Exception {
        try (RawHttp http = RawHttp.to(at, "127.0.0.1")) {
            return http.out("alice", ID).status();
        }
    }

    @Test
    void aProxyThatTheGatewayDoesNotKnowIsNamed() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        try (TestGateway gateway = TestGateway.start();
                Nginx _ = nginx("", front, gateway)) {
            assertThat(signIn(front)).isEqualTo(401);
            gateway.awaitAudit(
                    "sign-in.refused",
                    "the sign-in began on another connection from 127.0.0.1",
                    "name it in trusted-proxies, or let it keep one connection for each client");
            assertThat(signIn(gateway.plain())).isEqualTo(200);
        }
    }

    /** Nothing is to be mended where a client itself is at fault. */
    @Test
    void aTokenOutOfNowhereIsNoProxysFault() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                RawHttp begun = RawHttp.plain(gateway);
                RawHttp other = RawHttp.plain(gateway)) {
            String id = "RDG-Connection-Id: " + ID;
            begun.send(RawHttp.outHead(begun.typeOne("NTLM", "alice", TestGateway.PASSWORD), id));
            assertThat(begun.readHead().status()).isEqualTo(401);
            other.send(RawHttp.outHead(
                    "Authorization: NTLM eHh4", "RDG-Connection-Id: {11111111-2222-3333-4444-555555555555}"));
            assertThat(other.readHead().status()).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "token continues no exchange of this connection");
        }
    }

    @Test
    void aProxyThatSpreadsRequestsOverGatewaysIsNamedAndHashingTheIdMendsIt() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        try (TestGateway one = TestGateway.behindProxy(TestGateway.RULE);
                TestGateway two = TestGateway.behindProxy(TestGateway.RULE)) {
            try (Nginx _ = nginx("", front, one, two)) {
                assertThat(signIn(front)).isEqualTo(401);
                two.awaitAudit(
                        "sign-in.refused",
                        "no sign-in began here for this RDG-Connection-Id",
                        "from the proxy 127.0.0.1 at one gateway: set the proxy to hash RDG-Connection-Id");
            }
            try (Nginx _ = nginx(BY_ID, front, one, two)) {
                assertThat(signIn(front)).isEqualTo(200);
            }
        }
    }

    @Test
    void aClientWithoutAConnectionIdCannotSignInWithNtlmBehindAProxy() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            assertThat(http.signIn("alice", "RDG_OUT_DATA " + RawHttp.PATH, "Content-Length: 0")
                            .status())
                    .isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "no RDG-Connection-Id", "behind the proxy 127.0.0.1");
        }
    }

    /** No affinity is lost at the portal, whose sign-ins take one request: what goes on there began somewhere else. */
    @Test
    void whatGoesOnAtThePortalHasALineThatNamesTheProxy() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        try (TestGateway gateway = TestGateway.behindReverseProxies(
                        Path.of("service.keytab"), "HTTP/gw.test@LAB.TEST", PORTAL + TestGateway.RULE);
                Nginx _ = nginx("", front, gateway)) {
            assertThat(negotiate(front, NEG_TOKEN_RESP)).isEqualTo(401);
            gateway.awaitAudit(
                    "sign-in.refused",
                    "\"source.ip\":\"127.0.0.1\"",
                    "goes on with a sign-in that did not begin here",
                    "the proxy ::1 passes on Authorization of a sign-in of its own");
            assertThat(negotiate(front, NTLM_OR_KERBEROS)).isEqualTo(401);
            gateway.awaitAudit("sign-in.refused", "asks for a second request");
        }
    }

    private static int negotiate(InetSocketAddress at, String token) throws Exception {
        try (RawHttp http = RawHttp.to(at, "127.0.0.1")) {
            http.send(RawHttp.head(
                    "GET /signin/negotiate",
                    RawHttp.authorization("Negotiate", HexFormat.of().parseHex(token))));
            return http.readHead().status();
        }
    }
}
