package io.gatehouse.jetty.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Trust;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.directory.Pebble;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates from Pebble, the ACME server that Let's Encrypt makes for tests. */
@Timeout(120)
class AcmeCertificatesTest {
    private static final String NAME = "gw.example.com";
    private static final String ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";
    private static final byte[] REQUEST =
            "GET /livez HTTP/1.1\r\nHost: gw.example.com\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeEach
    void needsPebble() {
        Pebble.assume();
    }

    private static String configuration(Pebble pebble, String acme) {
        return """
                [server]
                name = "%s"
                [[listener]]
                address = "%s:%d"
                tls = { acme = true }
                health-checks = true
                [[listener]]
                address = "127.0.0.1:0"
                [acme]
                directory = "%s"
                ca = "%s"
                email = "admin@example.com"
                agree-to-terms = true
                %s
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                accounts = "accounts"
                [audit]
                file = "audit.jsonl"
                [metrics]
                address = "127.0.0.1:0"
                """.formatted(
                                NAME,
                                pebble.address().getHostAddress(),
                                Pebble.TLS_PORT,
                                pebble.directory(),
                                pebble.authority(),
                                acme)
                + TestGateway.RULE;
    }

    /** What somebody sees who asks for the name, and offers these protocols. */
    private static SSLSocket connect(Pebble pebble, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String authType) {
                            throw new IllegalStateException("not a server");
                        }

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String authType) {
                            // The test looks at it.
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        Socket raw = new Socket(pebble.address(), Pebble.TLS_PORT);
        raw.setSoTimeout(10_000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, NAME, Pebble.TLS_PORT, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(NAME)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static X509Certificate certificate(SSLSocket socket) throws SSLException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static X509Certificate shown(Pebble pebble) throws Exception {
        try (SSLSocket socket = connect(pebble)) {
            return certificate(socket);
        }
    }

    private static boolean isOfPebble(X509Certificate certificate) {
        return certificate.getIssuerX500Principal().getName().contains("Pebble Intermediate CA");
    }

    private static String metrics(TestGateway gateway) throws IOException {
        InetSocketAddress at = gateway.metricsAddress().orElseThrow();
        try (InputStream page = URI.create("http://127.0.0.1:" + at.getPort() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static GatewayClient client(Pebble pebble, X509Certificate certificate) {
        InetSocketAddress at = new InetSocketAddress(pebble.address(), Pebble.TLS_PORT);
        return new GatewayClient(ClientOptions.builder(NAME, Pebble.TLS_PORT)
                .address(at)
                .trust(new Trust.Pinned(certificate))
                .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                .build());
    }

    private static void echo(GatewayClient client) throws IOException {
        Data data = new Data(ByteBuffer.wrap(new byte[] {7}));
        client.send(data);
        TsguPacket answer = client.receive();
        while (answer instanceof KeepAlive) {
            answer = client.receive();
        }
        assertThat(answer).isEqualTo(data);
    }

    /** As if another server had issued the certificate: the gateway wants one of its own. */
    private static void wantAnother(TestGateway gateway) throws IOException {
        Path history = gateway.folder().resolve("acme/history");
        Files.writeString(history, Files.readString(history).replaceFirst("directory .*", "directory other"));
        assertThat(gateway.reload("")).isInstanceOf(ReloadAnswer.Applied.class);
    }

    /** An open challenge: the certificate for it, and a connection that carries nothing else. */
    private static Optional<X509Certificate> challenge(Pebble pebble) throws Exception {
        SSLSocket connected;
        try {
            connected = connect(pebble, "acme-tls/1");
        } catch (SSLException e) {
            return Optional.empty();
        }
        try (SSLSocket socket = connected) {
            X509Certificate certificate = certificate(socket);
            if (certificate.getCriticalExtensionOIDs() == null
                    || !certificate.getCriticalExtensionOIDs().contains(ACME_IDENTIFIER)) {
                return Optional.empty();
            }
            assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
            try {
                socket.getOutputStream().write(REQUEST);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            } catch (SSLException | SocketException e) {
                // Ended in another way, which is as good.
            }
            return Optional.of(certificate);
        }
    }

    @Test
    void tlsAlpn01BringsACertificateThatTakesTheTemporaryOnesPlaceAndIsRenewed() throws Exception {
        try (Pebble pebble = Pebble.start(folder);
                EchoTarget target = new EchoTarget()) {
            pebble.pauseNames();
            try (TestGateway gateway = TestGateway.of(configuration(pebble, ""))) {
                X509Certificate temporary = shown(pebble);
                assertThat(temporary.getSubjectX500Principal().getName())
                        .contains("temporary certificate of Gatehouse");
                Await.until("an open challenge", () -> challenge(pebble).isPresent());
                // The same name, in the same moment: who does not ask for the challenge does not see it.
                try (SSLSocket browser = connect(pebble, "h2", "http/1.1")) {
                    assertThat(certificate(browser)).isEqualTo(temporary);
                    browser.getOutputStream().write(REQUEST);
                    assertThat(new String(browser.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                            .isEqualTo("HTTP/1.1 200");
                }
                pebble.resumeNames();
                Await.until("a certificate of the server", () -> isOfPebble(shown(pebble)));

                X509Certificate first = shown(pebble);
                assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("RSA");
                assertThat(first.getSubjectAlternativeNames().toString()).contains(NAME);
                Path acme = gateway.folder().resolve("acme");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(acme)))
                        .isEqualTo("rwx------");
                for (String secret : List.of("certificate.pem", "account.pem", "history")) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(acme.resolve(secret))))
                            .as(secret)
                            .isEqualTo("rw-------");
                }
                try (GatewayClient client = client(pebble, first)) {
                    client.open("pc", List.of(target.host()), target.port());
                    // With the challenge closed, nobody gets its certificate.
                    assertThatExceptionOfType(SSLException.class).isThrownBy(() -> connect(pebble, "acme-tls/1"));

                    pebble.stop();
                    wantAnother(gateway);
                    Await.until("a failed attempt", () -> metrics(gateway).contains("\ngatehouse_acme_failing 1.0"));
                    assertThat(shown(pebble)).isEqualTo(first);

                    pebble.restart();
                    assertThat(gateway.reload("")).isInstanceOf(ReloadAnswer.Applied.class);
                    Await.until("another certificate", () -> !shown(pebble).equals(first));
                    assertThat(isOfPebble(shown(pebble))).isTrue();
                    assertThat(metrics(gateway))
                            .contains("\ngatehouse_acme_failing 0.0")
                            .contains("gatehouse_acme_attempts_total{outcome=\"failed\"} 1.0")
                            .contains("gatehouse_acme_attempts_total{outcome=\"succeeded\"} 2.0");
                    echo(client);
                }
            }
        }
    }

    private static int status(InetSocketAddress at, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + path)
                        .toURL()
                        .openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    @Test
    void http01WorksWithAnAccountThatWasMadeElsewhereAndAnEllipticCurve() throws Exception {
        try (Pebble pebble = Pebble.startWithExternalAccounts(folder)) {
            String key = folder.write("eab", Pebble.EAB_HMAC_KEY + "\n").toString();
            String acme = """
                    challenge = "http-01"
                    http-address = "%s:%d"
                    key-type = "ec256"
                    names = ["%s", "www.example.com"]
                    eab-kid = "%s"
                    eab-hmac-key = { file = "%s" }
                    """.formatted(pebble.address().getHostAddress(), Pebble.HTTP_PORT, NAME, Pebble.EAB_KID, key);
            try (TestGateway gateway = TestGateway.of(configuration(pebble, acme))) {
                Await.until("a certificate of the server", () -> isOfPebble(shown(pebble)));
                X509Certificate certificate = shown(pebble);
                assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
                assertThat(certificate.getSubjectAlternativeNames().toString())
                        .contains(NAME)
                        .contains("www.example.com");
                InetSocketAddress http = new InetSocketAddress(pebble.address(), Pebble.HTTP_PORT);
                for (String path : List.of(
                        "/",
                        "/livez",
                        "/.well-known/acme-challenge/",
                        "/.well-known/acme-challenge/unknown",
                        "/.well-known/acme-challenge/../../livez")) {
                    assertThat(status(http, path)).as(path).isNotEqualTo(200);
                }
                assertThat(gateway.folder().resolve("acme/account.pem")).exists();
            }
        }
    }

    /** The validation fails, since nothing answers where Pebble looks. Let's Encrypt takes five of these in an hour. */
    @Test
    void aGatewayThatIsStartedAgainAndAgainStaysBelowTheLimits() throws Exception {
        try (Pebble pebble = Pebble.start(folder)) {
            Path state = folder.freshFolder("acme");
            String acme = """
                    challenge = "http-01"
                    http-address = "127.0.0.1:0"
                    state = "%s"
                    """.formatted(state);
            for (int start = 1; start <= 6; start++) {
                int number = start;
                try (TestGateway gateway = TestGateway.of(configuration(pebble, acme))) {
                    String done = number <= 4
                            ? "gatehouse_acme_attempts_total{outcome=\"failed\"} 1.0"
                            : "\ngatehouse_acme_failing 1.0";
                    Await.until("start " + number, () -> metrics(gateway).contains(done));
                    assertThat(metrics(gateway)).contains("gatehouse_acme_attempts_total{outcome=\"succeeded\"} 0.0");
                }
            }
            AcmeHistory history = AcmeHistory.parse(Files.readString(state.resolve("history")));
            assertThat(history.attempts()).hasSize(4);
            assertThat(history.reason()).contains("http-01 for gw.example.com failed");
            assertThat(pebble.log())
                    .contains("There are now 4 orders in the db")
                    .doesNotContain("There are now 5 orders in the db");
        }
    }

    @Test
    void aServerThatRefusesTheAccountIsToldWithItsReasonAndNotAskedAgainAtOnce() throws Exception {
        try (Pebble pebble = Pebble.startWithExternalAccounts(folder);
                TestGateway gateway = TestGateway.of(configuration(pebble, ""))) {
            Await.until("a failed attempt", () -> metrics(gateway).contains("\ngatehouse_acme_failing 1.0"));
            AcmeHistory history =
                    AcmeHistory.parse(Files.readString(gateway.folder().resolve("acme/history")));
            assertThat(history.failures()).isEqualTo(1);
            assertThat(history.attempts()).hasSize(1);
            assertThat(metrics(gateway)).contains("gatehouse_acme_attempts_total{outcome=\"failed\"} 1.0");
            assertThat(shown(pebble).getSubjectX500Principal().getName()).contains("temporary certificate");
        }
    }
}
