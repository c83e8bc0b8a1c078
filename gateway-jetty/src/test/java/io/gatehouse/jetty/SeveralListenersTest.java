package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configuration of {@code docs/several-listeners.md}: RDP clients come directly, browsers through a proxy. */
@Timeout(60)
class SeveralListenersTest {
    private static final Path PAGE = Path.of("../docs/several-listeners.md");
    private static final Pattern TOML = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final String[] SIGNED_IN = {"Remote-User: alice", "Remote-Groups: staff", "X-Forwarded-For: 10.9.9.9"
    };

    private EchoTarget target;
    private TestGateway gateway;

    /** As it is printed, but for addresses, names of files and of what the keytab holds. */
    private static String printed(int targetPort) throws IOException {
        Matcher toml = TOML.matcher(Files.readString(PAGE));
        assertThat(toml.find()).isTrue();
        return toml.group(1)
                .replace("\":443\"", "\"127.0.0.1:0\"")
                .replace("10.0.0.5:8080", "127.0.0.1:0")
                .replace("10.0.0.1", "127.0.0.5")
                .replace("rdp.example.com.pem", "gateway.pem")
                .replace("rdp.example.com.key\"", "gateway.key\"")
                .replace("rdp.example.com.keytab", "service.keytab")
                .replace("HTTP/rdp.example.com@EXAMPLE.COM", "HTTP/gw.test@LAB.TEST")
                .replace("host = \"lab.example.com\"", "host = \"127.0.0.1\"\nport = " + targetPort)
                .replace("\"lab.example.com\"", "\"127.0.0.1\"")
                .replace("[audit]", "ports = [\"1-65535\"]\n[audit]");
    }

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        gateway = TestGateway.of(printed(target.port()));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        target.close();
    }

    private InetSocketAddress direct() {
        return gateway.plain();
    }

    private GatewayClient rdpClient(Credentials credentials) {
        return new GatewayClient(ClientOptions.builder("rdp.example.com", direct().getPort())
                .address(direct())
                .trust(new Trust.Pinned(TestCertificate.shared().certificate()))
                .transport(Transport.WEBSOCKET)
                .credentials(credentials)
                .build());
    }

    /** A page of the portal through the proxy, or from somebody else at the proxy's listener. */
    private RawHttp.Head browse(RawHttp http, String path, String... headers) throws IOException {
        http.send("GET " + path + " HTTP/1.1\r\nHost: portal.example.com\r\n" + String.join("\r\n", headers)
                + "\r\n\r\n");
        return http.readHead();
    }

    private static String body(RawHttp http, RawHttp.Head head) throws IOException {
        Matcher length = LENGTH.matcher(String.join("\n", head.lines()));
        assertThat(length.find()).as("%s", head).isTrue();
        return new String(http.read(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
    }

    @Test
    void rdpClientsSignInDirectlyWithChannelBinding() throws Exception {
        try (GatewayClient client = rdpClient(Credentials.ntlm("alice", TestGateway.PASSWORD))) {
            assertThat(client.open("pc", List.of("127.0.0.1"), target.port())).isNotNull();
        }
        gateway.awaitAudit("sign-in.accepted", "\"ntlm\"", "channel-binding", "\"source.ip\":\"127.0.0.1\"");
    }

    @Test
    void browsersSignInThroughTheProxyAndTheirTokenOpensADesktopDirectly() throws Exception {
        String token;
        try (RawHttp proxy = RawHttp.to(gateway.tls(), "127.0.0.5")) {
            RawHttp.Head desktops = browse(proxy, "/desktops", SIGNED_IN);
            assertThat(desktops.status()).isEqualTo(200);
            assertThat(body(proxy, desktops)).contains("alice", "/connect/lab.rdp");
            String cookie = desktops.values("Set-Cookie").getFirst().split(";", 2)[0];
            RawHttp.Head file =
                    browse(proxy, "/connect/lab.rdp", SIGNED_IN[0], SIGNED_IN[1], SIGNED_IN[2], "Cookie: " + cookie);
            assertThat(file.status()).isEqualTo(200);
            Matcher length = LENGTH.matcher(String.join("\n", file.lines()));
            assertThat(length.find()).isTrue();
            Parsed<RdpFile> parsed = RdpFile.parse(proxy.read(Integer.parseInt(length.group(1))));
            assertThat(parsed).isInstanceOf(Parsed.Valid.class);
            RdpFile rdp = ((Parsed.Valid<RdpFile>) parsed).value();
            assertThat(rdp.find("gatewayhostname").orElseThrow().value()).startsWith("rdp.example.com");
            token = rdp.find("gatewayaccesstoken").orElseThrow().value();
        }
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"", "\"source.ip\":\"10.9.9.9\"");
        try (GatewayClient client = rdpClient(new Credentials.PaaCookie(Secret.ofText(token)))) {
            assertThat(client.open("pc", List.of("127.0.0.1"), target.port())).isNotNull();
        }
    }

    /** At the listener without a proxy, headers sign nobody in. */
    @Test
    void headersOfStrangersAreNotBelieved() throws Exception {
        try (RawHttp stranger = RawHttp.tls(direct())) {
            assertThat(browse(stranger, "/desktops", SIGNED_IN).status()).isEqualTo(303);
        }
        gateway.awaitAudit("sign-in.refused", "headers that say who the user is, from 127.0.0.1");
        try (GatewayClient wrong = rdpClient(Credentials.ntlm("alice", "wrong"))) {
            assertThatThrownBy(() -> wrong.open("pc", List.of("127.0.0.1"), target.port()))
                    .isInstanceOf(IOException.class);
        }
    }
}
