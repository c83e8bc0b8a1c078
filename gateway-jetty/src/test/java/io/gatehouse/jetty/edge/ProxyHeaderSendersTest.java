package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.PATH;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.HaProxy;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which peers write PROXY headers, and which are trusted with HTTP headers: {@code proxy-protocol-from} and
 * {@code trusted-proxies} are two lists.
 */
@Timeout(60)
class ProxyHeaderSendersTest {
    private static final String SENDER = "127.0.0.5";
    private static final String OTHER = "127.0.0.7";
    private static final String FROM = "proxy-protocol-from = [\"" + SENDER + "\"]\n";
    private static final String ONLY = FROM + "proxy-protocol = true\n";
    private static final String SECTIONS = """
            frontend front
              mode tcp
              bind 127.0.0.1:ENCRYPTED ssl crt CERTIFICATE
              bind 127.0.0.1:CLEAR
              tcp-request connection set-src str(203.0.113.9)
              default_backend gateway
            backend gateway
              mode tcp
              source SENDER
              server gateway 127.0.0.1:GATEWAY send-proxy-v2-ssl
            """;

    @TempDir
    private Path folder;

    private static String header(String client) {
        return "PROXY TCP4 " + client + " 192.0.2.1 4711 443\r\n";
    }

    private static RawHttp.Head signIn(RawHttp http, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Length: 0";
        all[1] = "RDG-Connection-Id: " + ID;
        return http.signIn("alice", "RDG_OUT_DATA " + PATH, all);
    }

    /** What a stranger writes in front of its request is no header, and whoever comes without the proxy is a client. */
    @Test
    void withoutProxyProtocolClientsMayComeBesideTheProxy() throws Exception {
        try (TestGateway gateway = TestGateway.listening(FROM, TestGateway.RULE)) {
            try (RawHttp proxy = RawHttp.plainFrom(gateway, SENDER)) {
                proxy.send(header("203.0.113.9"));
                assertThat(signIn(proxy).status()).isEqualTo(200);
                gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"203.0.113.9\"");
            }
            try (RawHttp silent = RawHttp.plainFrom(gateway, SENDER)) {
                silent.send(outHead("RDG-Connection-Id: " + ID));
                silent.assertEnds();
            }
            try (RawHttp direct = RawHttp.plainFrom(gateway, OTHER)) {
                assertThat(signIn(direct, "X-Forwarded-For: 6.6.6.6").status()).isEqualTo(200);
                gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"" + OTHER + "\"");
            }
            try (RawHttp forger = RawHttp.plainFrom(gateway, OTHER)) {
                forger.send(header("6.6.6.6") + outHead("RDG-Connection-Id: " + ID));
                assertThat(forger.readHead().status()).isEqualTo(400);
            }
            assertThat(String.join("\n", gateway.audit())).doesNotContain("6.6.6.6");
        }
    }

    /** Who may write PROXY headers is trusted with no HTTP header, whatever it writes. */
    @ParameterizedTest
    @CsvSource({
        "'',                                    127.0.0.5, 127.0.0.5",
        "'',                                    127.0.0.6, 127.0.0.6",
        "'trusted-proxies = [\"127.0.0.5\"]',   127.0.0.5, 127.0.0.5",
        "'trusted-proxies = [\"127.0.0.6\"]',   127.0.0.6, 198.51.100.7",
        "'trusted-proxies = [\"127.0.0.6\"]',   127.0.0.8, 127.0.0.8",
    })
    void httpHeadersCountFromTrustedProxiesOnly(String trusted, String inProxyHeader, String client) throws Exception {
        try (TestGateway gateway = TestGateway.listening(ONLY + trusted + "\n", TestGateway.RULE);
                RawHttp http = RawHttp.plainFrom(gateway, SENDER)) {
            http.send(header(inProxyHeader));
            assertThat(signIn(http, "X-Forwarded-For: 198.51.100.7").status()).isEqualTo(200);
            gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"" + client + "\"");
        }
    }

    /** A trusted HTTP proxy that writes no PROXY headers cannot come to a listener that wants them. */
    @Test
    void aProxyThatIsTrustedWithHttpHeadersOnlyMayNotWriteProxyHeaders() throws Exception {
        try (TestGateway gateway =
                        TestGateway.listening(ONLY + "trusted-proxies = [\"" + OTHER + "\"]\n", TestGateway.RULE);
                RawHttp http = RawHttp.plainFrom(gateway, OTHER);
                RawHttp good = RawHttp.plainFrom(gateway, SENDER)) {
            http.assertEnds();
            good.send(header("203.0.113.9"));
            assertThat(signIn(good).status()).isEqualTo(200);
        }
    }

    /** TLS ends at a real HAProxy, which says in the PROXY header whether the client came with it. */
    @Test
    void haproxySaysWhoCameWithTls() throws Exception {
        InetSocketAddress encrypted = Nginx.freeAddress();
        InetSocketAddress clear = Nginx.freeAddress();
        TestCertificate.shared().writeTo(folder);
        Path both = Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(folder.resolve("gateway.pem")) + Files.readString(folder.resolve("gateway.key")));
        try (TestGateway gateway = TestGateway.listening(ONLY, TestGateway.RULE);
                RequestLines lines = new RequestLines()) {
            String sections = SECTIONS.replace("ENCRYPTED", String.valueOf(encrypted.getPort()))
                    .replace("CLEAR", String.valueOf(clear.getPort()))
                    .replace("CERTIFICATE", both.toString())
                    .replace("SENDER", SENDER)
                    .replace("GATEWAY", String.valueOf(gateway.plain().getPort()));
            try (HaProxy _ = HaProxy.start(sections, folder, clear);
                    RawHttp withTls = RawHttp.tls(encrypted);
                    RawHttp without = RawHttp.to(clear, "127.0.0.1")) {
                assertThat(signIn(withTls).status()).isEqualTo(200);
                gateway.awaitAudit("sign-in.accepted", "\"source.ip\":\"203.0.113.9\"");
                without.send(outHead("RDG-Connection-Id: " + ID));
                assertThat(without.readHead().status()).isEqualTo(403);
                lines.await("the client came without TLS", "203.0.113.9");
            }
        }
    }
}
