package io.gatehouse.provider.certificate;

import static io.gatehouse.provider.certificate.CertificateProviders.direct;
import static io.gatehouse.provider.certificate.CertificateProviders.mechanism;
import static io.gatehouse.provider.certificate.CertificateProviders.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Outcome;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.provider.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The OCSP responder of openssl says which certificates are revoked, or nothing. */
class OcspTest {
    @RegisterExtension
    private final TestFolder folder = new TestFolder();

    /** A moment ahead: Java takes a certificate for good until the second in which it was revoked is over. */
    private final TestClock clock = new TestClock(Instant.now().plusSeconds(5));

    private ClientAuthority authority;
    private ClientAuthority.Responder responder;

    @BeforeEach
    void start() throws Exception {
        RequiredTools.assume("openssl");
        authority = ClientAuthority.root(folder, "Example CA");
        responder = authority.responder();
    }

    @AfterEach
    void stop() {
        if (responder != null) {
            responder.close();
        }
    }

    private static final Set<Thread.State> AT_REST =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    private CertificateMechanism asking(String ocsp) throws Exception {
        return asking(ocsp, "3s");
    }

    private CertificateMechanism asking(String ocsp, String timeout) throws Exception {
        return mechanism("""
                ca = "%s"
                local-users = true
                user-from = "common-name"
                ocsp-timeout = "%s"
                ocsp = %s
                """.formatted(authority.certificate(), timeout, ocsp), clock);
    }

    private Issued issue(String name) {
        return authority.issue(
                "/CN=" + name,
                ClientAuthority.FOR_CLIENTS + "authorityInfoAccess=OCSP;URI:" + responder.address() + "\n");
    }

    @Test
    void theResponderOfTheCertificateIsAsked() throws Exception {
        Issued alice = issue("alice");
        Issued bob = issue("bob");
        authority.revoke(bob);
        CertificateMechanism hard = asking("\"hard-fail\"");
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(refusal(direct(hard, bob))).startsWith("refused: ").contains(": was revoked on ");
        assertThat(refusal(direct(asking("\"soft-fail\""), bob))).contains(": was revoked on ");

        // An answer is good for some minutes, and asked for again then.
        int before = responder.questions();
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(responder.questions()).isEqualTo(before);
        authority.revoke(alice);
        clock.advance(Duration.ofMinutes(6));
        assertThat(refusal(direct(hard, alice))).contains(": was revoked on ");
    }

    @Test
    void theResponderOfTheConfigurationIsAskedInstead() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        Issued bob = authority.issue("/CN=bob");
        authority.revoke(bob);
        CertificateMechanism hard = asking("\"hard-fail\"\nocsp-responder = \"" + responder.address() + "\"");
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(refusal(direct(hard, bob))).contains(": was revoked on ");
    }

    @Test
    void aResponderThatIsGoneMattersAsTheConfigurationSays() throws Exception {
        Issued alice = issue("alice");
        Issued without = authority.issue("/CN=without");
        responder.close();
        assertThat(refusal(direct(asking("\"hard-fail\""), alice)))
                .startsWith("unavailable: certificate of \"CN=alice\"")
                .contains(": OCSP: ");
        assertThat(refusal(direct(asking("\"hard-fail\""), without))).startsWith("unavailable: ");
        assertThat(refusal(direct(asking("\"soft-fail\""), alice))).startsWith("accepted: ");
        assertThat(refusal(direct(asking("\"soft-fail\""), without))).startsWith("accepted: ");
    }

    @Test
    void aResponderThatSaysNothingIsWaitedForAsLongAsTheConfigurationSays() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
            Issued alice = authority.issue("/CN=alice");
            assertThat(refusal(direct(
                            asking("\"hard-fail\"\nocsp-responder = \"http://127.0.0.1:" + silent.getLocalPort()
                                    + "/\""),
                            alice)))
                    .contains(": OCSP: no answer in 3000 ms");
        }
    }

    /** Otherwise the holder of a revoked certificate asks until the gateway cannot, and comes in unasked. */
    @Test
    void manyQuestionsAboutOneCertificateAreOne() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        Issued bob = authority.issue("/CN=bob");
        authority.revoke(bob);
        try (HeldResponder held = new HeldResponder(responder)) {
            CertificateMechanism soft = asking("\"soft-fail\"\nocsp-responder = \"" + held.address() + "\"", "20s");
            List<X509Certificate> chain = CertificateProviders.chain(bob.certificate());
            Queue<String> refusals = new ConcurrentLinkedQueue<>();
            List<Thread> requests = Stream.generate(() ->
                            Thread.ofVirtual().start(() -> refusals.add(refusal(direct(soft, chain)))))
                    .limit(70)
                    .toList();
            assertThat(Wait.until(
                            Duration.ofSeconds(10),
                            () -> requests.stream().allMatch(request -> AT_REST.contains(request.getState()))))
                    .isTrue();
            held.release();
            for (Thread request : requests) {
                assertThat(request.join(Duration.ofSeconds(20))).isTrue();
            }
            assertThat(refusals).hasSize(70).allMatch(text -> text.contains(": was revoked on "));
            assertThat(responder.questions()).isOne();
            assertThat(refusal(direct(soft, alice))).startsWith("accepted: ");
        }
    }

    @Test
    void aGatewayThatCannotAskAcceptsNobodyUnasked() throws Exception {
        PKIXCertPathBuilderResult alice = path(authority.issue("/CN=alice"));
        PKIXCertPathBuilderResult bob = path(authority.issue("/CN=bob"));
        try (HeldResponder held = new HeldResponder(responder);
                OcspResponder one = new OcspResponder(
                        Optional.of(URI.create(held.address())),
                        Optional.empty(),
                        true,
                        Duration.ofSeconds(20),
                        clock,
                        1)) {
            Future<Boolean> asked = held.threads.submit(() -> {
                one.check(alice);
                return true;
            });
            held.awaitQuestion();
            assertThatExceptionOfType(RejectedException.class)
                    .isThrownBy(() -> one.check(bob))
                    .satisfies(e -> assertThat(e.rejection())
                            .isEqualTo(new Outcome.Rejected(
                                    Outcome.Reason.UNAVAILABLE, "OCSP: too many questions at one time")));
            held.release();
            assertThat(asked.get(20, TimeUnit.SECONDS)).isTrue();
            one.check(bob); // the gateway remembers nothing against it
        }
    }

    private PKIXCertPathBuilderResult path(Issued issued) throws Exception {
        X509CertSelector selector = new X509CertSelector();
        List<X509Certificate> chain = CertificateProviders.chain(issued.certificate(), authority.certificate());
        selector.setCertificate(chain.getFirst());
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(Set.of(new TrustAnchor(chain.getLast(), null)), selector);
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    @Test
    void whatWasRevokedStaysSoWhenTheResponderIsGone() throws Exception {
        Issued alice = issue("alice");
        Issued bob = issue("bob");
        authority.revoke(bob);
        CertificateMechanism soft = asking("\"soft-fail\"");
        assertThat(refusal(direct(soft, bob))).contains(": was revoked on ");
        assertThat(refusal(direct(soft, alice))).startsWith("accepted: ");
        responder.close();
        for (int hour = 0; hour < 3; hour++) {
            clock.advance(Duration.ofHours(1));
            assertThat(refusal(direct(soft, bob))).contains(": was revoked on ");
            assertThat(refusal(direct(soft, alice))).startsWith("accepted: ");
        }
    }

    /** Passes questions on to a responder, once it may. */
    private static final class HeldResponder implements AutoCloseable {
        private final HttpServer server;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final CountDownLatch question = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final HttpClient client = HttpClient.newHttpClient();

        HeldResponder(ClientAuthority.Responder responder) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 128);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    question.countDown();
                    released.await();
                    String path = exchange.getRequestURI().getRawPath().substring(1);
                    byte[] answer = client.send(
                                    HttpRequest.newBuilder(URI.create(responder.address() + path))
                                            .method(
                                                    exchange.getRequestMethod(),
                                                    HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody()
                                                            .readAllBytes()))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofByteArray())
                            .body();
                    exchange.getResponseHeaders().set("Content-Type", "application/ocsp-response");
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        void awaitQuestion() throws InterruptedException {
            assertThat(question.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            released.countDown();
        }

        @Override
        public void close() {
            released.countDown();
            server.stop(0);
            threads.shutdownNow();
            client.close();
        }
    }

    /** One who answers for the responder without the authority's key is believed in no case. */
    @Test
    void anAnswerOfSomebodyElseIsNoAnswer() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        ClientAuthority impostor = ClientAuthority.root(folder, "Example CA");
        try (ClientAuthority.Responder other = impostor.responder()) {
            assertThat(refusal(direct(asking("\"soft-fail\"\nocsp-responder = \"" + other.address() + "\""), alice)))
                    .doesNotStartWith("accepted: ");
        }
    }

    /** A stranger's certificate must not make the gateway connect to the address that is written into it. */
    @Test
    void nobodyIsAskedAboutTheCertificateOfAForeignAuthority() throws Exception {
        Issued stranger = ClientAuthority.root(folder, "Foreign CA")
                .issue(
                        "/CN=alice",
                        ClientAuthority.FOR_CLIENTS + "authorityInfoAccess=OCSP;URI:" + responder.address() + "\n");
        assertThat(refusal(direct(asking("\"hard-fail\""), stranger))).contains(": no path to an authority of ");
        assertThat(responder.questions()).isZero();
    }
}
