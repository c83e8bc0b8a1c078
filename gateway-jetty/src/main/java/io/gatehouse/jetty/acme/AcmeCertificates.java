package io.gatehouse.jetty.acme;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.net.HostName;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.jetty.edge.AlpnChallenges;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.metrics.CounterFamily;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.TlsTrust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a certificate from the ACME server of {@code [acme]} in its file, from which the listeners take it: asks for
 * the first one, renews it in time, and goes on trying when that fails, within the limits of such servers. Works by a
 * thread of its own, for which nobody waits.
 */
public final class AcmeCertificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeCertificates.class);
    /** A clock that jumps is noticed by then. */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private static final Duration BETWEEN_SUGGESTIONS = Duration.ofHours(6);
    /** The longest that a server can ask for (RFC 9773 section 4.3.2). */
    private static final Duration LONGEST_BETWEEN_SUGGESTIONS = Duration.ofDays(1);

    private static final String SUCCEEDED = "succeeded";
    private static final String FAILED = "failed";

    private final AcmeConfig config;
    private final List<String> names;
    private final AcmeFolder folder;
    private final Clock clock;
    private final Optional<HttpChallenges> http;
    private final Supplier<AcmeServer> orders;
    private final CounterFamily attempts;
    /** Of this gateway: several that were installed on one day do not renew at one moment. */
    private final double chance = ThreadLocalRandom.current().nextDouble();

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("acme").factory());
    private volatile AcmeStatus status;
    private @Nullable AcmeServer ordersMade;
    private @Nullable Future<?> nextTurn;
    private Optional<Instant> suggested = Optional.empty();
    private Instant nextSuggestion;
    /** Whether the log says that there is no certificate, and that none is asked for now. */
    private boolean waits;

    AcmeCertificates(
            AcmeConfig config,
            List<String> names,
            AcmeFolder folder,
            Clock clock,
            Optional<HttpChallenges> http,
            Supplier<AcmeServer> orders,
            MetricRegistry metrics) {
        this.config = config;
        this.names = List.copyOf(names);
        this.folder = folder;
        this.clock = clock;
        this.http = http;
        this.orders = orders;
        this.status = new AcmeStatus(Optional.empty(), clock.instant());
        this.nextSuggestion = clock.instant().plus(LONGEST_SLEEP);
        this.attempts = metrics.counters(
                        "gatehouse_acme_attempts_total",
                        "Attempts to get a certificate from the ACME server.",
                        "outcome")
                .beginningWith(SUCCEEDED)
                .beginningWith(FAILED);
        metrics.gauge(
                "gatehouse_acme_next_attempt_timestamp_seconds",
                "When the next certificate is asked for, in seconds since 1970.",
                Map.of(),
                () -> status.nextAttempt().getEpochSecond());
        metrics.gauge(
                "gatehouse_acme_failing",
                "1 while the last attempt to get a certificate has failed.",
                Map.of(),
                () -> status.problem().isPresent() ? 1 : 0);
    }

    /**
     * Those of a configuration with {@code [acme]} and a listener that uses it; nothing is asked for yet.
     *
     * @throws GatewayStartException when a file or an address of the table cannot be used
     */
    public static Optional<AcmeCertificates> of(
            Configuration configuration, AlpnChallenges alpn, MetricRegistry metrics, Clock clock, MonotonicClock time)
            throws GatewayStartException {
        boolean isUsed = configuration.gateway().listener().stream()
                .flatMap(listener -> listener.tls().stream())
                .anyMatch(tls -> tls.acme());
        if (configuration.gateway().acme().isEmpty() || !isUsed) {
            return Optional.empty();
        }
        AcmeConfig config = configuration.gateway().acme().get();
        SSLContext trust = TlsTrust.of("[acme]", config.ca());
        List<String> names =
                configuration.gateway().acmeNames().stream().map(HostName::host).toList();
        AcmeFolder folder = new AcmeFolder(config);
        Optional<HttpChallenges> http = config.challenge() == AcmeChallenge.HTTP_01
                ? Optional.of(
                        new HttpChallenges(ListenAddresses.resolve("[acme] http-address", config.httpAddress()), time))
                : Optional.empty();
        return Optional.of(new AcmeCertificates(
                config,
                names,
                folder,
                clock,
                http,
                () -> new AcmeOrders(config, names, folder, trust, alpn, http, clock, AcmeOrders.NETWORK_TIMEOUT),
                metrics));
    }

    /** Why a gateway with this configuration has got no certificate of late; empty when it has, or nobody knows. */
    public static Optional<String> lastFailure(AcmeConfig config) {
        return lastFailure(new AcmeFolder(config).history());
    }

    private static Optional<String> lastFailure(AcmeHistory history) {
        return Optional.of(history.reason()).filter(reason -> !reason.isEmpty());
    }

    /**
     * Makes the folder when there is none, and listens for challenges over plain HTTP if that is configured.
     *
     * @throws GatewayStartException when the address is not to be had, or the folder cannot be made
     */
    public void open() throws GatewayStartException {
        try {
            folder.make();
        } catch (IOException e) {
            throw new GatewayStartException("[acme] state: " + config.state() + " cannot be made: " + e, e);
        }
        if (http.isPresent()) {
            try {
                http.get().open();
            } catch (IOException e) {
                throw ListenAddresses.notBound(
                        "[acme] http-address",
                        config.httpAddress().host().orElse("0.0.0.0"),
                        config.httpAddress().port(),
                        e);
            }
        }
    }

    /** Where challenges over plain HTTP are answered; empty when they are not. */
    public Optional<InetSocketAddress> address() {
        return http.map(HttpChallenges::address);
    }

    /** How it stands. */
    public AcmeStatus status() {
        return status;
    }

    /** Works from now on, until it is closed; the listeners must be open, since challenges come there. */
    public void start() {
        retry();
    }

    /**
     * Whoever starts or reloads the gateway may have mended what was wrong: earlier failures do not put an attempt off,
     * as long as there are not too many.
     */
    public void retry() {
        try {
            worker.execute(() -> {
                forgive();
                turn();
            });
        } catch (RejectedExecutionException _) {
            // It is closed.
        }
    }

    private void forgive() {
        try {
            AcmeHistory history = folder.history();
            if (history.failures() > 0) {
                folder.write(history.forgiven());
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.toString()).log("the history of [acme] cannot be changed");
        }
    }

    private void turn() {
        Duration sleep = LONGEST_SLEEP;
        try {
            sleep = work();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | RuntimeException | Error e) {
            if (worker.isShutdown()) {
                return;
            }
            // Whatever it is, there is a next turn.
            status = new AcmeStatus(
                    Optional.of(config.state() + ": " + e), clock.instant().plus(LONGEST_SLEEP));
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("folder", config.state())
                    .log("certificates of the ACME server cannot be looked after");
        }
        if (nextTurn != null) {
            nextTurn.cancel(false);
        }
        if (!worker.isShutdown()) {
            nextTurn = worker.schedule(this::turn, sleep.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Asks for a certificate, if it is time. Answers how long there is nothing to do. */
    private Duration work() throws IOException, InterruptedException {
        folder.make();
        AcmeHistory history = folder.history();
        Optional<X509Certificate> present = present(history);
        if (present.isPresent()) {
            suggest(present.get());
        }
        Instant now = clock.instant();
        Instant next = AcmeSchedule.next(present, suggested, history, chance, now);
        if (now.isBefore(next)) {
            status = new AcmeStatus(lastFailure(history).or(() -> tooLate(present, next)), next);
            if (present.isEmpty() && !waits) {
                waits = true;
                LOG.atWarn()
                        .addKeyValue("reason", history.reason())
                        .addKeyValue("attempts", history.attempts().size())
                        .addKeyValue("nextAttempt", next)
                        .log("the gateway waits before it asks the ACME server again");
            }
            Duration wait = Duration.between(now, next);
            return wait.compareTo(LONGEST_SLEEP) < 0 ? wait : LONGEST_SLEEP;
        }
        attempt(history.attempted(now), present);
        return Duration.ZERO;
    }

    private static Optional<String> tooLate(Optional<X509Certificate> present, Instant next) {
        return present.map(certificate -> certificate.getNotAfter().toInstant())
                .filter(next::isAfter)
                .map(end ->
                        "the certificate ends on " + end + ", before the next attempt: its life is too short for the"
                                + " limits of attempts, or the ACME server wants the gateway to wait");
    }

    private void attempt(AcmeHistory begun, Optional<X509Certificate> present)
            throws IOException, InterruptedException {
        // Written before it begins: attempts that end with the process count, too.
        folder.write(begun);
        Counted counted = new Counted(begun);
        try {
            folder.tryToWrite();
            AcmeServer.Issued issued = orders().obtain(present, counted);
            X509Certificate certificate = issued.chain().getFirst();
            counted.history = counted.history.issued(Duration.between(
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant()));
            check(issued);
            folder.write(issued, config.directory().toString(), clock.instant());
            folder.write(counted.history.succeeded(config.directory().toString()));
            suggested = Optional.empty();
            status = new AcmeStatus(Optional.empty(), status.nextAttempt());
            attempts.count(SUCCEEDED);
            LOG.atInfo()
                    .addKeyValue("names", names)
                    .addKeyValue("directory", config.directory())
                    .addKeyValue("sha256", Thumbprints.sha256(certificate))
                    .addKeyValue("expires", certificate.getNotAfter().toInstant())
                    .log("certificate obtained from the ACME server");
        } catch (AcmeFailedException e) {
            failed(counted.history, present, String.valueOf(e.getMessage()), e.notBefore());
        } catch (GatewayStartException e) {
            failed(
                    counted.history,
                    present,
                    "the server issued a certificate that cannot be used: " + e.getMessage(),
                    Optional.empty());
        } catch (IOException | RuntimeException | Error e) {
            if (worker.isShutdown()) {
                throw e; // interrupted, which is no failure
            }
            failed(counted.history, present, config.state() + ": " + e, Optional.empty());
            LOG.atDebug().setCause(e).log("an attempt to get a certificate from the ACME server ended early");
        }
    }

    private void failed(
            AcmeHistory history, Optional<X509Certificate> present, String reason, Optional<Instant> notBefore)
            throws IOException {
        AcmeHistory failed = history.failed(reason, notBefore);
        Instant next = AcmeSchedule.next(present, suggested, failed, chance, clock.instant());
        folder.write(failed);
        status = new AcmeStatus(Optional.of(reason), next);
        attempts.count(FAILED);
        waits = true;
        LOG.atError()
                .addKeyValue("names", names)
                .addKeyValue("reason", reason)
                .addKeyValue("failures", failed.failures())
                .addKeyValue("nextAttempt", next)
                .log(
                        present.isPresent()
                                ? "the certificate could not be renewed; the present one stays in force"
                                : "no certificate from the ACME server");
    }

    /** Counts a certificate before it is ordered: one that is lost on the way counts for the server, too. */
    private final class Counted implements AcmeServer.Ordering {
        private AcmeHistory history;

        private Counted(AcmeHistory history) {
            this.history = history;
        }

        @Override
        public void begins() throws IOException {
            AcmeHistory ordered = history.ordered(clock.instant());
            folder.write(ordered);
            history = ordered;
        }

        @Override
        public void isRefused() {
            history = history.refused();
        }
    }

    /** A certificate that clients cannot use must not take the place of one that they can. */
    private void check(AcmeServer.Issued issued) throws GatewayStartException {
        X509Certificate certificate = issued.chain().getFirst();
        new TlsFiles(issued.chain(), issued.key()).check(config.certificate(), config.certificate(), clock);
        if (!covers(certificate)) {
            throw new GatewayStartException("it is for " + TlsFiles.names(certificate) + " instead of " + names);
        }
    }

    private boolean covers(X509Certificate certificate) throws GatewayStartException {
        Set<String> covered = new HashSet<>();
        TlsFiles.names(certificate).forEach(name -> covered.add(name.toLowerCase(Locale.ROOT)));
        return covered.containsAll(names);
    }

    private AcmeServer orders() {
        AcmeServer known = ordersMade;
        if (known == null) {
            known = orders.get();
            ordersMade = known;
        }
        return known;
    }

    /** The certificate in the file, if this server has issued it for all names. */
    private Optional<X509Certificate> present(AcmeHistory history) {
        Path file = config.certificate();
        if (Files.notExists(file)
                || !history.directory().equals(config.directory().toString())) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = TlsFiles.read(CertificatePaths.ofPem(file, file), clock)
                    .chain()
                    .getFirst();
            return covers(certificate) ? Optional.of(certificate) : Optional.empty();
        } catch (GatewayStartException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the certificate of the ACME server cannot be used");
            return Optional.empty();
        }
    }

    /** Asks now and then when the server wants it to be renewed: early, when it was issued wrongly. */
    private void suggest(X509Certificate present) {
        Instant now = clock.instant();
        boolean isClockRight = !nextSuggestion.isAfter(now.plus(LONGEST_BETWEEN_SUGGESTIONS));
        if (now.isBefore(nextSuggestion) && isClockRight) {
            return;
        }
        nextSuggestion = now.plus(BETWEEN_SUGGESTIONS);
        try {
            AcmeServer.Suggestion suggestion = orders().suggestedRenewal(present, chance);
            suggested = suggestion.renewal();
            Instant longest = now.plus(LONGEST_BETWEEN_SUGGESTIONS);
            nextSuggestion = suggestion
                    .askAgain()
                    .map(then -> then.isBefore(longest) ? then : longest)
                    .orElse(nextSuggestion);
        } catch (AcmeFailedException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("the ACME server suggests no renewal");
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        http.ifPresent(HttpChallenges::close);
    }
}
