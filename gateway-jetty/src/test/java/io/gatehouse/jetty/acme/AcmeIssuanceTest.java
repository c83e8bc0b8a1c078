package io.gatehouse.jetty.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.AcmeKeyType;
import io.gatehouse.core.net.HttpsUrl;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway does with answers that no decent ACME server gives, and on a disk that takes nothing. */
@Timeout(60)
class AcmeIssuanceTest {
    private static final String DIRECTORY = "https://acme.example.com/directory";
    private static final TestCertificate GOOD = TestCertificate.shared();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private AcmeConfig config;
    private AcmeFolder state;
    private List<String> names;

    @BeforeEach
    void makeTheFolder() throws Exception {
        config = new AcmeConfig(
                new HttpsUrl(URI.create(DIRECTORY)),
                Optional.empty(),
                Optional.empty(),
                true,
                List.of(),
                AcmeChallenge.TLS_ALPN_01,
                new ListenAddress(Optional.empty(), 80),
                AcmeKeyType.RSA2048,
                Optional.empty(),
                Optional.empty(),
                folder.path().resolve("acme"));
        state = new AcmeFolder(config);
        state.make();
        names = List.copyOf(TlsFiles.names(GOOD.certificate()));
    }

    /** Issues the same pair each time, and counts. */
    private static final class Issuing implements AcmeServer {
        private final TestCertificate pair;
        private final List<Instant> orders = new ArrayList<>();
        private Runnable beforeIssuing = () -> {};

        private Issuing(TestCertificate pair) {
            this.pair = pair;
        }

        @Override
        public synchronized Issued obtain(Optional<X509Certificate> replaced, Ordering ordering)
                throws AcmeFailedException {
            try {
                ordering.begins();
            } catch (IOException e) {
                throw new AcmeFailedException("not noted down", Optional.empty(), e);
            }
            beforeIssuing.run();
            orders.add(Instant.now());
            return new Issued(List.of(pair.certificate()), GOOD.pair().getPrivate());
        }

        @Override
        public Suggestion suggestedRenewal(X509Certificate certificate, double chance) {
            return Suggestion.NONE;
        }

        private synchronized int count() {
            return orders.size();
        }
    }

    private AcmeCertificates certificates(Clock clock, Supplier<AcmeServer> server) {
        return new AcmeCertificates(config, names, state, clock, Optional.empty(), server, new MetricRegistry());
    }

    private AcmeHistory failsWith(Clock clock, Supplier<AcmeServer> server, String reason) throws Exception {
        try (AcmeCertificates certificates = certificates(clock, server)) {
            certificates.start();
            Await.until("a failed attempt", () -> state.history().failures() == 1);
            Await.until("a problem", () -> certificates.status().problem().isPresent());
            assertThat(certificates.status().problem().orElseThrow()).contains(reason);
            assertThat(certificates.status().nextAttempt()).isAfter(clock.instant());
            return state.history();
        }
    }

    private Path aGoodCertificateOfOld() throws Exception {
        AcmeServer.Issued issued =
                new AcmeServer.Issued(List.of(GOOD.certificate()), GOOD.pair().getPrivate());
        state.write(issued, "https://another.example.com/directory", Instant.EPOCH);
        return config.certificate();
    }

    private static Clock inForce() {
        return Clock.systemUTC();
    }

    @Test
    void aGoodCertificateIsKeptBesideTheOneBeforeIt() throws Exception {
        Path file = aGoodCertificateOfOld();
        String before = Files.readString(file);
        Issuing server = new Issuing(GOOD);
        try (AcmeCertificates certificates = certificates(inForce(), () -> server)) {
            certificates.start();
            Await.until("a certificate", () -> state.history().directory().equals(DIRECTORY));
            assertThat(state.history().failures()).isZero();
            assertThat(state.history().issued()).hasSize(1);
            assertThat(state.history().life()).isPresent();
            assertThat(Files.readString(file.resolveSibling("certificate.pem.old")))
                    .isEqualTo(before);
        }
    }

    @Test
    void aCertificateOfAnotherKeyDoesNotReplaceAGoodOne() throws Exception {
        String before = Files.readString(aGoodCertificateOfOld());
        Issuing server = new Issuing(TestCertificate.other());
        AcmeHistory history = failsWith(inForce(), () -> server, "the key does not belong to the certificate");
        assertThat(Files.readString(config.certificate())).isEqualTo(before);
        assertThat(history.issued()).hasSize(1);
    }

    @Test
    void aCertificateThatIsNotValidYetDoesNotReplaceAGoodOne() throws Exception {
        String before = Files.readString(aGoodCertificateOfOld());
        Instant early = GOOD.certificate().getNotBefore().toInstant().minusSeconds(60);
        failsWith(Clock.fixed(early, ZoneOffset.UTC), () -> new Issuing(GOOD), "is not valid before");
        assertThat(Files.readString(config.certificate())).isEqualTo(before);
    }

    @Test
    void aCertificateForOtherNamesDoesNotReplaceAGoodOne() throws Exception {
        String before = Files.readString(aGoodCertificateOfOld());
        names = List.of("another.example.com");
        failsWith(inForce(), () -> new Issuing(GOOD), "instead of [another.example.com]");
        assertThat(Files.readString(config.certificate())).isEqualTo(before);
    }

    @Test
    void nothingIsOrderedThatCannotBeKept() throws Exception {
        Files.createDirectories(config.certificate().resolve("in-the-way"));
        Issuing server = new Issuing(GOOD);
        AcmeHistory history = failsWith(inForce(), () -> server, "certificate.pem");
        assertThat(server.count()).isZero();
        assertThat(history.issued()).isEmpty();
        Files.delete(config.certificate().resolve("in-the-way"));
    }

    /** The process may end before the answer is there: the server has counted it. */
    @Test
    void aCertificateCountsBeforeItIsThere() throws Exception {
        Issuing server = new Issuing(GOOD);
        List<Instant> counted = new ArrayList<>();
        server.beforeIssuing = () -> counted.addAll(state.history().issued());
        try (AcmeCertificates certificates = certificates(inForce(), () -> server)) {
            certificates.start();
            Await.until("a certificate", () -> state.history().directory().equals(DIRECTORY));
        }
        assertThat(counted).hasSize(1);
    }

    @Test
    void aClassThatIsMissingIsAProblemAndTheGatewayGoesOnTrying() throws Exception {
        Supplier<AcmeServer> broken = () -> {
            throw new NoClassDefFoundError("org/shredzone/acme4j/Session");
        };
        AcmeHistory history = failsWith(inForce(), broken, "NoClassDefFoundError");
        assertThat(Duration.between(Instant.now(), history.attempts().getFirst())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    /** Otherwise a service that crashes and loses its file orders until the server has enough. */
    @ParameterizedTest
    @ValueSource(strings = {"deleted", "empty", "broken", "open to others"})
    void aCertificateIsNotOrderedAgainWhenTheHistoryIsLost(String how) throws Exception {
        Issuing server = new Issuing(GOOD);
        for (int start = 0; start < 6; start++) {
            Instant soon = Instant.now().plusSeconds(600);
            try (AcmeCertificates certificates = certificates(inForce(), () -> server)) {
                certificates.start();
                Await.until("rest", () -> certificates.status().nextAttempt().isAfter(soon));
                assertThat(certificates.status().problem()).isEmpty();
            }
            lose(config.state().resolve("history"), how);
        }
        assertThat(server.count()).isEqualTo(1);
        assertThat(state.history().issued()).as("it counts for the limits").hasSize(1);
    }

    private static void lose(Path history, String how) throws IOException {
        switch (how) {
            case "deleted" -> Files.deleteIfExists(history);
            case "empty" -> Files.writeString(history, "");
            case "broken" -> Files.writeString(history, "\0\0\0\0");
            default -> {
                Files.writeString(history, "failures 3\n");
                Files.setPosixFilePermissions(history, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
    }

    @Test
    void aHistoryThatIsOpenToOthersStopsNothing() throws Exception {
        Path history = config.state().resolve("history");
        Files.writeString(history, "failures 3\n");
        Files.setPosixFilePermissions(history, PosixFilePermissions.fromString("rw-r--r--"));
        try (AcmeCertificates certificates = certificates(inForce(), () -> new Issuing(GOOD))) {
            certificates.start();
            Await.until("a certificate", () -> state.history().directory().equals(DIRECTORY));
        }
    }
}
