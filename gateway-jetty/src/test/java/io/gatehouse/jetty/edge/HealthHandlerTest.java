package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.HaProxy;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health checks at a listener, also of a real HAProxy. */
@Timeout(60)
class HealthHandlerTest {
    private static final String KEY = "health-checks = true\n";
    private static final String SECTIONS = """
            frontend front
              bind 127.0.0.1:PORT
              http-request set-header X-Forwarded-Proto https
              default_backend gateway
            backend gateway
              option httpchk GET /readyz
              server gateway 127.0.0.1:GATEWAY check inter 100ms rise 1 fall 1
            """;

    @TempDir
    private Path folder;

    private static String answer(TestGateway gateway, String method, String path) throws IOException {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return http.readToEnd();
        }
    }

    @Test
    void theAnswerIsAStatusAndNothingElse() throws Exception {
        try (TestGateway gateway = TestGateway.listening(KEY, TestGateway.RULE)) {
            for (String path : new String[] {"/livez", "/readyz"}) {
                for (String method : new String[] {"GET", "HEAD"}) {
                    assertThat(answer(gateway, method, path))
                            .matches("(?s)HTTP/1\\.1 200 OK\r\n(?:(?i:cache-control: no-store|content-length: 0"
                                    + "|connection: close)\r\n){3}\r\n");
                }
                assertThat(answer(gateway, "POST", path)).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void aListenerThatIsNotSetToKnowsNoSuchPath() throws Exception {
        try (TestGateway gateway = TestGateway.start()) {
            assertThat(answer(gateway, "GET", "/livez")).startsWith("HTTP/1.1 404 ");
            assertThat(answer(gateway, "GET", "/readyz")).startsWith("HTTP/1.1 404 ");
        }
    }

    private static int signIn(InetSocketAddress front) throws Exception {
        try (RawHttp http = RawHttp.to(front, "127.0.0.1")) {
            http.send(RawHttp.outHead("RDG-Connection-Id: " + ID));
            return http.readHead().status();
        }
    }

    /** A real HAProxy sends nobody to a gateway that is drained, and sends clients again when the drain is over. */
    @Test
    void haproxySendsNobodyToAGatewayThatIsDrained() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        String keys = KEY + "trusted-proxies = [\"127.0.0.1\"]\n";
        try (AdminClient admin =
                AdminClient.start(folder, TestGateway.RULE, tables -> TestGateway.listening(keys, tables))) {
            TestGateway gateway = admin.gateway();
            String sections = SECTIONS.replace("PORT", String.valueOf(front.getPort()))
                    .replace("GATEWAY", String.valueOf(gateway.plain().getPort()));
            try (HaProxy _ = HaProxy.start(sections, folder, front)) {
                assertThat(signIn(front)).isEqualTo(401);
                admin.post(AdminRole.ADMIN, "/v1/drain", "");
                assertThat(answer(gateway, "GET", "/readyz")).startsWith("HTTP/1.1 503 ");
                assertThat(answer(gateway, "GET", "/livez")).startsWith("HTTP/1.1 200 ");
                Await.until("no server", () -> signIn(front) == 503);
                admin.post(AdminRole.ADMIN, "/v1/undrain", "");
                Await.until("a server", () -> signIn(front) == 401);
            }
        }
    }
}
