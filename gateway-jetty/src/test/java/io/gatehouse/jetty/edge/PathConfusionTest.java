package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.HaProxy;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.portal.Browser;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A portal behind a real HAProxy that signs users in and lets the gateway's own path through without a sign-in: once as
 * docs/auth-header.md says, and once by one that forgets to take away on that path what clients write.
 */
@Timeout(60)
class PathConfusionTest {
    private static final String TABLES = """
            [auth.paa]
            [auth.header.plain]
            user = "Remote-User"
            groups = "Remote-Groups"
            local-users = true
            [portal]
            url = "%s"
            signing = { certificate = "gateway.pem", key = "gateway.key" }
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            port = TARGET
            """.formatted(Browser.ORIGIN);
    private static final String PROXY = """
            userlist corp
              user alice insecure-password wonderland
            frontend documented
              bind 127.0.0.1:DOCUMENTED
              http-request del-header Remote-User
              http-request del-header Remote-Groups
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Proto https
              acl open path_beg -i /remoteDesktopGateway
              http-request auth realm corp unless open || { http_auth(corp) }
              http-request set-header Remote-User %[http_auth_user] unless open
              http-request set-header Remote-Groups staff unless open
              default_backend gateway
            frontend careless
              bind 127.0.0.1:CARELESS
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Proto https
              acl open path_beg -i /remoteDesktopGateway
              http-request auth realm corp unless open || { http_auth(corp) }
              http-request set-header Remote-User %[http_auth_user] unless open
              http-request set-header Remote-Groups staff unless open
              default_backend gateway
            backend gateway
              server gateway 127.0.0.1:GATEWAY
            """;
    private static final String FORGED = "Remote-User: alice\r\nRemote-Groups: staff\r\n";
    private static final String SIGNED_IN = "Authorization: Basic YWxpY2U6d29uZGVybGFuZA==\r\n";

    @TempDir
    private Path folder;

    private EchoTarget target;
    private TestGateway gateway;
    private HaProxy proxy;
    private RequestLines lines;
    private InetSocketAddress documented;
    private InetSocketAddress careless;

    @BeforeEach
    void start() throws Exception {
        lines = new RequestLines();
        target = new EchoTarget();
        gateway = TestGateway.behindSigningProxy(
                TABLES.replace("TARGET", String.valueOf(target.port())) + TestGateway.RULE);
        documented = Nginx.freeAddress();
        careless = Nginx.freeAddress();
        proxy = HaProxy.start(
                PROXY.replace("DOCUMENTED", String.valueOf(documented.getPort()))
                        .replace("CARELESS", String.valueOf(careless.getPort()))
                        .replace("GATEWAY", String.valueOf(gateway.plain().getPort())),
                folder,
                careless);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        gateway.close();
        target.close();
        lines.close();
    }

    private static int status(InetSocketAddress at, String target, String headers) throws Exception {
        try (RawHttp http = RawHttp.to(at, "127.0.0.1")) {
            http.send("GET " + target + " HTTP/1.1\r\nHost: remoteDesktopGateway\r\n" + headers + "\r\n");
            return http.readHead().status();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/remoteDesktopGateway/../connect/echo.rdp",
                "/remoteDesktopGateway/x;/../../connect/echo.rdp",
                "/remoteDesktopGateway/.;/../connect/echo.rdp",
                "/remoteDesktopGateway/%2e%2e/connect/echo.rdp",
                "/remoteDesktopGateway/..%2fconnect/echo.rdp",
                "/remoteDesktopGateway/x/..//../connect/echo.rdp",
                "/remoteDesktopGateway/..;/connect/echo.rdp",
            })
    void aPathThatTheProxyLetsThroughIsNotThePortals(String target) throws Exception {
        for (InetSocketAddress at : new InetSocketAddress[] {documented, careless, gateway.plain()}) {
            assertThat(status(at, target, FORGED)).as(at.toString()).isEqualTo(400);
        }
        assertThat(gateway.audit()).isEmpty();
        lines.await("request refused", "client=127.0.0.1", "status=400", "cause=");
    }

    /**
     * Some proxies merge slashes before they compare, and pass on what came; a URI with a first // names a host, not a
     * path.
     */
    @Test
    void aPathIsNoHost() throws Exception {
        for (String path : new String[] {"//remoteDesktopGateway/connect/echo.rdp", "//remoteDesktopGateway/signin"}) {
            assertThat(status(gateway.plain(), path, FORGED)).isEqualTo(400);
        }
        assertThat(gateway.audit()).isEmpty();
        lines.await("request refused", "request=GET //remoteDesktopGateway/connect/echo.rdp", "empty segment");
    }

    @Test
    void honestRequestsGoTheirWay() throws Exception {
        assertThat(status(documented, "/connect/echo.rdp", FORGED))
                .as("at the proxy's sign-in")
                .isEqualTo(401);
        assertThat(gateway.audit()).isEmpty();
        assertThat(status(documented, "/connect/echo.rdp?display=full", SIGNED_IN))
                .isEqualTo(200);
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"");
        assertThat(status(documented, "/remoteDesktopGateway/?ConId={x}", "")).isEqualTo(405);
        assertThat(status(documented, "/REMOTEDESKTOPGATEWAY", "")).isEqualTo(405);
        try (RawHttp http = RawHttp.to(documented, "127.0.0.1")) {
            http.send(RawHttp.outHead("RDG-Connection-Id: " + RawHttp.ID));
            assertThat(http.readHead().status()).isEqualTo(401);
        }
    }
}
