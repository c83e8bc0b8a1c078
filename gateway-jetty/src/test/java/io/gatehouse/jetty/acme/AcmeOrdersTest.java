package io.gatehouse.jetty.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.AcmeKeyType;
import io.gatehouse.core.net.HttpsUrl;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.edge.AlpnChallenges;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that Pebble 2.4 does not give: limits that are reached, and suggested renewals (RFC 9773). */
@Timeout(60)
class AcmeOrdersTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String LIMITED = """
            {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many new registrations", "status": 429}
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private HttpsServer server;
    private SSLContext tls;
    private Optional<String> retryAfter = Optional.empty();
    private Duration timeout = Duration.ofSeconds(30);

    /** A directory with a renewal window, at a server where no account can be made. */
    @BeforeEach
    void start() throws Exception {
        TestCertificate pair = certificateOfLoopback();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", pair.pair().getPrivate(), new char[0], new Certificate[] {pair.certificate()});
        KeyManagerFactory key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        key.init(keys, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        tls = SSLContext.getInstance("TLS");
        tls.init(key.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/directory", exchange -> answer(exchange, 200, """
                {"newNonce": "%1$s/nonce", "newAccount": "%1$s/account", "newOrder": "%1$s/order",
                 "revokeCert": "%1$s/revoke", "keyChange": "%1$s/change", "renewalInfo": "%1$s/renewal"}
                """.formatted(url())));
        server.createContext("/nonce", exchange -> answer(exchange, 200, ""));
        server.createContext("/account", exchange -> answer(exchange, 429, LIMITED));
        server.createContext("/renewal", exchange -> answer(exchange, 200, """
                {"suggestedWindow": {"start": "2026-12-10T00:00:00Z", "end": "2026-12-12T00:00:00Z"}}
                """));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static TestCertificate certificateOfLoopback() throws Exception {
        TestCertificate shared = TestCertificate.shared();
        X500Name name = new X500Name("CN=localhost");
        var extensions = new JcaX509ExtensionUtils();
        var builder = new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.TWO,
                        Date.from(shared.certificate().getNotBefore().toInstant()),
                        Date.from(shared.certificate().getNotAfter().toInstant()),
                        name,
                        shared.pair().getPublic())
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        extensions.createAuthorityKeyIdentifier(shared.pair().getPublic()));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA")
                .build(shared.pair().getPrivate());
        X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        return new TestCertificate(shared.pair(), certificate);
    }

    private String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Replay-Nonce", "bm9uY2U");
            exchange.getResponseHeaders()
                    .set("Content-Type", status == 200 ? "application/json" : "application/problem+json");
            retryAfter.ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private AcmeOrders orders() throws Exception {
        AcmeConfig config = new AcmeConfig(
                new HttpsUrl(URI.create(url() + "/directory")),
                Optional.empty(),
                Optional.empty(),
                true,
                List.of(),
                AcmeChallenge.TLS_ALPN_01,
                new ListenAddress(Optional.empty(), 80),
                AcmeKeyType.RSA2048,
                Optional.empty(),
                Optional.empty(),
                folder.freshFolder("acme"));
        return new AcmeOrders(
                config,
                List.of("gw.example.com"),
                new AcmeFolder(config),
                tls,
                new AlpnChallenges(),
                Optional.empty(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                timeout);
    }

    /** Nothing is ordered here. */
    private static final class NoOrder implements AcmeServer.Ordering {
        @Override
        public void begins() {
            throw new AssertionError("an order without an account");
        }

        @Override
        public void isRefused() {
            throw new AssertionError("an order without an account");
        }
    }

    private AcmeFailedException refused() throws Exception {
        AcmeOrders orders = orders();
        return catchThrowableOfType(AcmeFailedException.class, () -> orders.obtain(Optional.empty(), new NoOrder()));
    }

    @Test
    void aLimitThatIsReachedIsObeyedAsLongAsTheServerSaysAndForAnHourIfItDoesNot() throws Exception {
        retryAfter = Optional.of("Wed, 02 Dec 2026 00:00:00 GMT");
        AcmeFailedException withTime = refused();
        assertThat(withTime).hasMessageContaining("too many new registrations");
        assertThat(withTime.notBefore()).contains(Instant.parse("2026-12-02T00:00:00Z"));
        retryAfter = Optional.empty();
        assertThat(refused().notBefore()).contains(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void aSuggestedRenewalIsSomewhereInItsWindowAndTheServerSaysWhenToAskAgain() throws Exception {
        X509Certificate certificate = certificateOfLoopback().certificate();
        retryAfter = Optional.of("Mon, 30 Nov 2026 18:00:00 GMT");
        AcmeServer.Suggestion suggestion = orders().suggestedRenewal(certificate, 0.5);
        assertThat(suggestion.renewal()).contains(Instant.parse("2026-12-11T00:00:00Z"));
        assertThat(suggestion.askAgain()).contains(Instant.parse("2026-11-30T18:00:00Z"));
    }

    private String refusalOf(String path, HttpHandler handler) throws Exception {
        server.removeContext(path);
        server.createContext(path, handler);
        return String.valueOf(refused().getMessage());
    }

    /** It would keep the only thread of renewals for ever. */
    @Test
    void anAnswerThatStopsInTheMiddleIsGivenUp() throws Exception {
        timeout = Duration.ofSeconds(1);
        CountDownLatch end = new CountDownLatch(1);
        try {
            assertThat(refusalOf("/directory", exchange -> {
                        exchange.getResponseHeaders().set("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, 100);
                        exchange.getResponseBody().write('{');
                        exchange.getResponseBody().flush();
                        awaitUninterruptibly(end);
                        exchange.close();
                    }))
                    .contains("/directory did not answer within 1000 ms");
        } finally {
            end.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAnswerWithoutEndIsNotKeptInMemory() throws Exception {
        assertThat(refusalOf("/directory", exchange -> answer(exchange, 200, "[".repeat((1 << 19) + 1))))
                .contains("exceeds capacity: 524288");
        assertThat(refusalOf("/directory", exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    answer(exchange, 200, "{}");
                }))
                .contains("the answer is compressed");
    }
}
