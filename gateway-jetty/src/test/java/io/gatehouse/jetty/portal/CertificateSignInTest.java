package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.client.TunnelException;
import io.gatehouse.jetty.HaProxy;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Client certificates of openssl at a real gateway: shown by curl and openssl themselves, and handed on by nginx and
 * HAProxy as the documentation prints their configuration.
 */
@Timeout(60)
class CertificateSignInTest {
    private static final Path RECIPES = Path.of("../docs/proxies");
    private static final String REST = Browser.PORTAL + """
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            port = TARGET
            [[policy.rule]]
            name = "with a second factor"
            mfa = true
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            [[policy.rule]]
            name = "certificates at the portal"
            methods = ["certificate"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            """;

    private static TestFolder folder;
    private static ClientAuthority authority;
    private static Path list;
    private static Issued alice;
    private static Issued bob;
    private static EchoTarget target;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        RequiredTools.assume("openssl", "curl");
        folder = new TestFolder();
        authority = ClientAuthority.root(folder, "Example CA");
        alice = authority.issue("/CN=alice");
        bob = authority.issue("/CN=bob");
        list = authority.list(folder.fresh("ca.crl"));
        target = new EchoTarget();
        gateway = TestGateway.withCertificates("optional", tables("") + rest());
    }

    private static String tables(String more) {
        return """
                [auth.certificate]
                ca = "%s"
                crl = ["%s"]
                local-users = true
                user-from = "common-name"
                header = { name = "Client-Cert" }
                %s
                """.formatted(authority.certificate(), list, more);
    }

    private static String rest() {
        return REST.replace("TARGET", String.valueOf(target.port()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (target != null) {
            target.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    /** The status of the page of desktops, and the user that the page names. */
    private static String page(InetSocketAddress at, Optional<Issued> certificate, String... options) {
        return page(at, "/desktops", certificate, options);
    }

    private static String page(InetSocketAddress at, String path, Optional<Issued> certificate, String... options) {
        List<String> command =
                new ArrayList<>(List.of("curl", "--silent", "--noproxy", "*", "--insecure", "--include"));
        certificate.ifPresent(shown -> command.addAll(List.of(
                "--cert", shown.certificate().toString(), "--key", shown.key().toString())));
        command.addAll(List.of(options));
        command.add("https://localhost:" + at.getPort() + path);
        return summary(Command.of(command.toArray(String[]::new)).runOrThrow(folder));
    }

    private static String summary(String answer) {
        String status = answer.lines()
                .filter(line -> line.startsWith("HTTP/1.1 "))
                .map(line -> line.split(" ", -1)[1])
                .findFirst()
                .orElse("none");
        return status
                + Stream.of("alice", "bob")
                        .filter(user -> answer.contains(">" + user + "<"))
                        .map(" "::concat)
                        .findFirst()
                        .orElse("");
    }

    @Test
    void aCertificateSignsItsUserInAndNoneDoesNot() throws Exception {
        assertThat(page(gateway.tls(), Optional.of(alice))).isEqualTo("200 alice");
        assertThat(page(gateway.tls(), Optional.of(bob))).isEqualTo("200 bob");
        assertThat(page(gateway.tls(), Optional.empty())).isEqualTo("303");
        gateway.awaitAudit(
                "\"event.action\":\"sign-in.accepted\"",
                "\"rdgw.auth.method\":\"certificate\"",
                "\"event.reason\":\"certificate of \\\"CN=alice\\\", serial 4A01, issued by \\\"CN=Example CA\\\"\"");
    }

    @Test
    void badCertificatesSignNobodyInAndTheAuditLogSaysWhy() throws Exception {
        String client = ClientAuthority.FOR_CLIENTS;
        Instant now = Instant.now();
        Issued expired = authority.issue("/CN=alice/O=expired", client, now.minusSeconds(7200), now.minusSeconds(60));
        Issued future = authority.issue("/CN=alice/O=future", client, now.plusSeconds(600), now.plusSeconds(7200));
        Issued server = authority.issue("/CN=alice/O=server", "extendedKeyUsage=serverAuth\n");
        Issued foreign = ClientAuthority.root(folder, "Example CA").issue("/CN=alice/O=foreign");
        Issued revoked = authority.issue("/CN=alice/O=revoked");
        authority.revoke(revoked);
        authority.list(list);
        // One of its own: refusals that repeat are counted and not written.
        try (TestGateway strict = TestGateway.withCertificates("optional", tables("") + rest())) {
            for (Issued bad : List.of(expired, future, server, foreign, revoked)) {
                assertThat(page(strict.tls(), Optional.of(bad))).isEqualTo("303");
            }
            strict.awaitAudit("sign-in.refused", "O=expired", "expired on ");
            strict.awaitAudit("sign-in.refused", "O=future", "is not valid before ");
            strict.awaitAudit("sign-in.refused", "O=server", "is not for clients");
            strict.awaitAudit("sign-in.refused", "O=foreign", "no path to an authority");
            strict.awaitAudit("sign-in.refused", "O=revoked", "serial 4A", "was revoked on ");
            assertThat(strict.audit().stream().filter(line -> line.contains("O=revoked")))
                    .hasSize(1);
        }
    }

    /** Whatever the browser shows by then: a thief of the session would show nothing. */
    @Test
    void aSessionLosesItsSecondFactorWhenTheCertificateIsRevoked() throws Exception {
        Issued revoked = authority.issue("/CN=alice/O=factor");
        try (TestGateway second = TestGateway.withCertificates("optional", tables("sign-in = false") + rest())) {
            Browser alice =
                    Browser.withCertificate(second.tls(), ClientAuthority.pkcs12(folder, revoked, "secret"), "secret");
            assertThat(alice.signIn("alice", TestGateway.PASSWORD).statusCode()).isEqualTo(303);
            second.awaitAudit(
                    "sign-in.accepted",
                    "\"rdgw.auth.proofs\":\"multi-factor\"",
                    "second factor: certificate of ",
                    "O=factor");
            Browser elsewhere = new Browser(second.tls());
            elsewhere.setCookie("__Host-gatehouse", alice.cookie("__Host-gatehouse"));
            for (Browser each : List.of(alice, elsewhere)) {
                assertThat(opens(each)).as("the desktop that needs it").isEqualTo(200);
            }
            authority.revoke(revoked);
            authority.list(list);
            for (Browser each : List.of(elsewhere, alice)) {
                assertThat(opens(each)).isEqualTo(404);
                assertThat(each.get("/desktops").statusCode())
                        .as("the session goes on")
                        .isEqualTo(200);
            }
            second.awaitAudit("second-factor.certificate-ended", "O=factor", "was revoked on ");
            assertThat(second.audit())
                    .filteredOn(line -> line.contains("second-factor.certificate-ended"))
                    .hasSize(1);
        }
    }

    private static int opens(Browser browser) throws Exception {
        return browser.get("/connect/echo.rdp").statusCode();
    }

    /** The certificate is that of the session that is resumed, and is judged again. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void aResumedTlsSessionKeepsItsOwnCertificateOnly(String version) throws Exception {
        Issued carol = authority.issue("/CN=alice/O=resumed" + version);
        Path session = folder.fresh("session");
        List<String> shown = List.of(
                "-cert", carol.certificate().toString(), "-key", carol.key().toString());
        assertThat(resumable(version, session, "-sess_out", shown)).isEqualTo("New 200 alice");
        assertThat(resumable(version, session, "-sess_in", List.of())).isEqualTo("Reused 200 alice");
        assertThat(resumable(version, folder.fresh("session"), "-sess_out", List.of()))
                .isEqualTo("New 303");
        authority.revoke(carol);
        authority.list(list);
        assertThat(resumable(version, session, "-sess_in", List.of())).isEqualTo("Reused 303");
    }

    private static String resumable(String version, Path session, String how, List<String> options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", version, "-ign_eof", "-connect"));
        command.addAll(List.of("127.0.0.1:" + gateway.tls().getPort(), how, session.toString()));
        command.addAll(options);
        String output = Command.of(command.toArray(String[]::new))
                .withInput("GET /desktops HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n")
                .runOrThrow(folder);
        return (output.contains("Reused, TLSv1.") ? "Reused " : "New ") + summary(output);
    }

    @Test
    void aHeaderOfAStrangerSignsNobodyIn() throws Exception {
        String header = "Client-Cert: :" + base64(alice) + ":";
        assertThat(page(gateway.tls(), Optional.empty(), "--header", header)).isEqualTo("303");
        gateway.awaitAudit("sign-in.refused", "header Client-Cert with a certificate, from 127.0.0.1");
        assertThat(page(gateway.tls(), Optional.of(bob), "--header", header)).isEqualTo("303");
    }

    /** All users come through the proxy's connections, with its own certificate. */
    @Test
    void theCertificateOfAProxyItselfSignsNobodyIn() {
        assertThat(page(gateway.listener(1), Optional.of(alice), "--header", "X-Forwarded-Proto: https"))
                .isEqualTo("303");
        assertThat(page(
                        gateway.listener(1),
                        Optional.of(alice),
                        "--header",
                        "X-Forwarded-Proto: https",
                        "--header",
                        "Client-Cert: :" + base64(bob) + ":"))
                .isEqualTo("200 bob");
    }

    private static String base64(Issued issued) {
        return Command.of("openssl", "x509", "-in", issued.certificate().toString())
                .runOrThrow(folder)
                .replaceAll("-----[A-Z ]+-----|\\s", "");
    }

    @Test
    void nginxHandsCertificatesOn() throws Exception {
        try (TestGateway behind = TestGateway.withCertificates(
                "none",
                tables("").replace("name = \"Client-Cert\"", "format = \"pem\", name = \"X-Client-Cert\"") + rest())) {
            InetSocketAddress at = Nginx.freeAddress();
            Path place = folder.freshFolder("nginx");
            try (Nginx _ = Nginx.start(recipe("nginx-certificates.conf", at, behind, place), place, at)) {
                handsOn(at, "X-Client-Cert: " + base64(alice), behind);
            }
        }
    }

    @Test
    void haproxyHandsCertificatesOn() throws Exception {
        try (TestGateway behind = TestGateway.withCertificates("none", tables("") + rest())) {
            InetSocketAddress at = Nginx.freeAddress();
            Path place = folder.freshFolder("haproxy");
            try (HaProxy _ = HaProxy.start(recipe("haproxy-certificates.cfg", at, behind, place), place, at)) {
                handsOn(at, "Client-Cert: :" + base64(alice) + ":", behind);
            }
        }
    }

    /** Both users over the same connections to the gateway, and others who would like to be alice. */
    private static void handsOn(InetSocketAddress at, String forged, TestGateway behind) throws Exception {
        for (int round = 0; round < 3; round++) {
            assertThat(page(at, Optional.of(alice))).isEqualTo("200 alice");
            assertThat(page(at, Optional.of(bob))).isEqualTo("200 bob");
            assertThat(page(at, Optional.empty())).isEqualTo("303");
            assertThat(page(at, Optional.empty(), "--header", forged)).isEqualTo("303");
            assertThat(page(at, Optional.of(bob), "--header", forged)).isEqualTo("200 bob");
        }
        Issued foreign = ClientAuthority.root(folder, "Foreign CA").issue("/CN=alice/O=" + at.getPort());
        assertThat(page(at, Optional.of(foreign))).isEqualTo("303");
        behind.awaitAudit("sign-in.refused", "O=" + at.getPort(), "no path to an authority");
    }

    private static String recipe(String file, InetSocketAddress at, TestGateway behind, Path place) throws Exception {
        TestCertificate.shared().writeTo(place);
        String certificate = Files.readString(place.resolve("gateway.pem"));
        Files.writeString(place.resolve("localhost.pem"), certificate);
        Files.copy(place.resolve("gateway.key"), place.resolve("localhost.key"));
        Files.writeString(
                place.resolve("localhost.both.pem"), certificate + Files.readString(place.resolve("gateway.key")));
        Files.copy(authority.certificate(), place.resolve("clients-ca.pem"));
        return Files.readString(RECIPES.resolve(file))
                .replace("10.0.0.5:8080", "127.0.0.1:" + behind.plain().getPort())
                .replace("192.0.2.1:443", "127.0.0.1:" + at.getPort())
                .replace("gw.example.com", "localhost")
                .replace("/etc/proxy/", place + "/");
    }

    @Test
    void chromiumSignsInByACertificateOfAnAuthorityThatTheGatewayNames() throws Exception {
        Chromium.assume();
        Path place = folder.freshFolder("chromium");
        TestCertificate.shared().writeTo(place);
        String origin = "https://localhost:" + gateway.tls().getPort();
        try (Chromium browser = Chromium.with()
                .trusting(place.resolve("gateway.pem"))
                .certificate(ClientAuthority.pkcs12(folder, bob, "secret"), "secret", origin)
                .start(folder)) {
            browser.open(origin + "/");
            browser.awaitAddress(origin + "/desktops");
            assertThat(browser.text()).contains("bob", "echo");
            browser.click("form[action='/signout'] button");
            browser.awaitAddress(origin + "/signout");
            assertThat(browser.element("main").getText()).contains("Your certificate signs you in again");
        }
        Issued foreign = ClientAuthority.root(folder, "Foreign CA").issue("/CN=bob");
        try (Chromium browser = Chromium.with()
                .trusting(place.resolve("gateway.pem"))
                .certificate(ClientAuthority.pkcs12(folder, foreign, "secret"), "secret", origin)
                .start(folder)) {
            browser.open(origin + "/");
            browser.awaitAddress(origin + "/signin");
        }
    }

    /** alice's password, through a relay that shows a certificate as a client with one does. */
    private static String channel(Optional<Issued> certificate, Transport transport) throws Exception {
        InetSocketAddress at = Nginx.freeAddress();
        Path place = folder.freshFolder("relay");
        TestCertificate.shared().writeTo(place);
        Path both = Files.writeString(
                place.resolve("both.pem"),
                Files.readString(place.resolve("gateway.pem")) + Files.readString(place.resolve("gateway.key")));
        String shown = "";
        if (certificate.isPresent()) {
            shown = " crt "
                    + Files.writeString(
                            place.resolve("client.pem"),
                            Files.readString(certificate.get().certificate())
                                    + Files.readString(certificate.get().key()));
        }
        String relay = """
                listen relay
                  mode tcp
                  bind 127.0.0.1:%d ssl crt %s
                  server gateway 127.0.0.1:%d ssl verify none%s
                """.formatted(at.getPort(), both, gateway.tls().getPort(), shown);
        ClientOptions options = ClientOptions.builder("localhost", at.getPort())
                .address(at)
                .trust(new Trust.Pinned(TestCertificate.shared().certificate()))
                .transport(transport)
                .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                .readTimeout(Duration.ofSeconds(10))
                .build();
        try (HaProxy _ = HaProxy.start(relay, place, at);
                GatewayClient client = new GatewayClient(options)) {
            try {
                client.open("test", List.of("127.0.0.1"), target.port()).close();
                return "open";
            } catch (TunnelException refused) {
                return "refused";
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"WEBSOCKET", "DUAL_CHANNEL"})
    void aCertificateOfTheSameUserIsASecondFactorBesideAPassword(String transport) throws Exception {
        assertThat(channel(Optional.of(alice), Transport.valueOf(transport))).isEqualTo("open");
        gateway.awaitAudit("sign-in.accepted", "\"rdgw.auth.method\":\"ntlm\"", "multi-factor");
        assertThat(channel(Optional.empty(), Transport.valueOf(transport))).isEqualTo("refused");
    }

    @Test
    void aCertificateOfAnotherUserOrABadOneIsNoSecondFactor() throws Exception {
        assertThat(channel(Optional.of(bob), Transport.WEBSOCKET)).isEqualTo("refused");
        gateway.awaitAudit("sign-in.refused", "the certificate is one of bob (expected one of alice");
        Issued server = authority.issue("/CN=alice/O=second", "extendedKeyUsage=serverAuth\n");
        assertThat(channel(Optional.of(server), Transport.WEBSOCKET)).isEqualTo("refused");
        gateway.awaitAudit("sign-in.refused", "O=second", "is not for clients");
    }

    @Test
    void aListenerMayRequireACertificateForEveryRequest() throws Exception {
        try (TestGateway requiring = TestGateway.withCertificates("required", tables("sign-in = false") + rest())) {
            Issued foreign = ClientAuthority.root(folder, "Foreign CA").issue("/CN=alice/O=stranger");
            for (String path : List.of("/signin", "/assets/none", "/remoteDesktopGateway/", "/none")) {
                assertThat(page(requiring.tls(), path, Optional.empty())).isEqualTo("403");
                assertThat(page(requiring.tls(), path, Optional.of(foreign))).isEqualTo("403");
            }
            requiring.awaitAudit("sign-in.refused", "O=stranger", "no path to an authority");
            assertThat(page(requiring.tls(), "/signin", Optional.of(alice))).isEqualTo("200");
            assertThat(page(requiring.tls(), "/none", Optional.of(alice))).isEqualTo("404");
            // A second factor only: the certificate alone is nobody's sign-in.
            assertThat(page(requiring.tls(), Optional.of(alice))).isEqualTo("303");
        }
    }
}
