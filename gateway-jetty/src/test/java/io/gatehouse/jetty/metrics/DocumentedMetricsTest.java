package io.gatehouse.jetty.metrics;

import static io.gatehouse.jetty.RawHttp.outHead;
import static io.gatehouse.jetty.kdcproxy.FakeKdc.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.kdcproxy.FakeKdc;
import io.gatehouse.jetty.kdcproxy.KerberosMessages;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * docs/metrics.md and the pages of gateways with everything on, in which everything has happened once, name the same
 * metrics.
 */
@Timeout(60)
class DocumentedMetricsTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE ([a-z0-9_]+) ");
    private static final String METRICS = """
            [metrics]
            address = "127.0.0.1:0"
            """;
    /** No domain controller listens there. */
    private static final String NETLOGON = """
            [auth.ntlm]
            validator = "netlogon"
            [auth.ntlm.netlogon]
            computer = "GW1"
            password = { file = "machine-password" }
            netlogon-port = 9
            lsa-port = 9
            [[domain]]
            name = "LAB"
            realm = "lab.test"
            controllers = ["127.0.0.1"]
            """;
    /** No winbindd answers. */
    private static final String WINBIND = """
            [auth.ntlm]
            validator = "winbind"
            [auth.ntlm.winbind]
            ntlm-auth = ["false"]
            wbinfo = ["false"]
            """;

    /** No ACME server answers. */
    private static final String ACME = """
            [[listener]]
            address = "127.0.0.1:0"
            tls = { acme = true }
            [acme]
            directory = "https://127.0.0.1:9/directory"
            agree-to-terms = true
            names = ["gw.example.com"]
            """;

    private static final String TABLES = METRICS + """
            [[domain]]
            name = "LAB"
            realm = "lab.test"
            kdcs = ["%s"]
            [kdc-proxy]
            realms = ["LAB.TEST"]
            """;

    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        String text = Files.readString(REPOSITORY.resolve("docs/metrics.md"));
        for (Matcher row = ROW.matcher(text); row.find(); ) {
            for (Matcher name = NAME.matcher(row.group(1)); name.find(); ) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    private static String page(TestGateway gateway) throws Exception {
        URI address = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static Set<String> shown(TestGateway gateway) throws Exception {
        Set<String> names = new TreeSet<>();
        for (Matcher family = FAMILY.matcher(page(gateway)); family.find(); ) {
            names.add(family.group(1));
        }
        return names;
    }

    /** A sign-in, a refused one, a refused target, a tunnel, and a refused request. */
    private static void everythingHappens(TestGateway gateway) throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            client.open("pc", List.of(target.host()), target.port());
        }
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThatThrownBy(() -> client.open("pc", List.of("192.0.2.1"), 3389))
                    .isInstanceOf(TunnelException.class);
        }
        for (String request : List.of(
                outHead("Authorization: Basic YWxpY2U6d3Jvbmc="), RawHttp.head("GET /nowhere", "Connection: close"))) {
            try (RawHttp http = RawHttp.plain(gateway)) {
                http.send(request);
                http.readHead();
            }
        }
    }

    private static void anAdministratorAsks(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            while (channel.read(ByteBuffer.allocate(1024)) >= 0) {}
        }
    }

    /** A sign-in that no back end can judge, and one at a provider that breaks. */
    private static void signInsFail(TestGateway gateway) throws Exception {
        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThatThrownBy(client::connect).isInstanceOf(IOException.class);
        }
        try (RawHttp http = RawHttp.tls(gateway)) {
            http.send(outHead("Authorization: Bearer AAAA"));
            assertThat(http.readHead().status()).isEqualTo(401);
        }
    }

    /** By the parser of Prometheus, and its rules for names, units and help texts. */
    private static void prometheusAccepts(String page) throws Exception {
        RequiredTools.assume("promtool");
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = promtool.getOutputStream()) {
            in.write(page.getBytes(StandardCharsets.UTF_8));
        }
        String told = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).isEmpty();
        assertThat(promtool.waitFor()).isZero();
    }

    /** No gateway can have all back ends at once: NTLM has one validator, so that there are three gateways. */
    @Test
    void whatIsDocumentedIsThereAndWhatIsThereIsDocumented() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(KerberosMessages.tgsRep()));
                TestGateway gateway = TestGateway.withEverything(
                        TABLES.formatted(kdc.text()) + "[portal.device-tickets]\n[admin]\nsocket = \"admin.sock\"\n");
                TestGateway netlogon = TestGateway.withPam(NETLOGON + METRICS);
                TestGateway winbind = TestGateway.withPam(WINBIND + METRICS + ACME)) {
            everythingHappens(gateway);
            anAdministratorAsks(gateway.folder().resolve("admin.sock"));
            Await.until("the end of the tunnel", () -> shown(gateway).contains("gatehouse_channels_closed_total"));
            signInsFail(netlogon);
            Set<String> all = new TreeSet<>(shown(gateway));
            all.addAll(shown(netlogon));
            all.addAll(shown(winbind));
            assertThat(all).isEqualTo(documented());
            for (TestGateway each : List.of(gateway, netlogon, winbind)) {
                prometheusAccepts(page(each));
            }
        }
    }

    /** A KDC proxy that is used counts its requests. */
    @Test
    void theKdcProxyCounts() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(KerberosMessages.tgsRep()));
                TestGateway gateway = TestGateway.start(TABLES.formatted(kdc.text()) + TestGateway.RULE);
                RawHttp http = RawHttp.plain(gateway)) {
            http.send(RawHttp.head("POST /KdcProxy", "Content-Length: 1") + "x");
            assertThat(http.readHead().status()).isEqualTo(400);
            assertThat(page(gateway)).contains("gatehouse_kdc_proxy_requests_total{result=\"malformed\"} 1.0");
            Await.until(
                    "the end of the request",
                    () -> page(gateway).contains("gatehouse_kdc_proxy_requests_under_way 0.0"));
        }
    }
}
