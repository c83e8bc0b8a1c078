package io.gatehouse.provider.certificate;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.certificate.CertificateConfig.Ocsp;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whether certificates are revoked (RFC 6960), by the OCSP client of the Java runtime. That one waits longer than
 * a sign-in may take, so it does so on a thread of its own. Answers are kept for a while, since every request of a
 * browser asks, and there is one question at a time about a certificate. Safe for use by many threads.
 */
final class OcspResponder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OcspResponder.class);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration SILENCE_KEPT = Duration.ofSeconds(30);
    private static final int MOST_KEPT = 10_000;
    private static final int MOST_AT_ONCE = 64;
    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    /** id-ad-ocsp, 1.3.6.1.5.5.7.48.1, in DER. */
    private static final String BY_OCSP =
            new String(HexFormat.of().parseHex("06082b06010505073001"), StandardCharsets.ISO_8859_1);

    private final Optional<URI> address;
    private final Optional<X509Certificate> signer;
    private final boolean soft;
    private final Duration timeout;
    private final Clock clock;
    private final int mostAtOnce;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("ocsp-", 0).factory());
    private final Map<String, Known> answers = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /** The questions that have no answer yet; guarded by {@link #answers}. */
    private final Map<String, Future<Known>> open = new HashMap<>();

    /**
     * What is known of a certificate.
     *
     * @param rejection why it is not accepted
     * @param isSilence whether the responder said nothing of it
     * @param until when to ask again
     */
    private record Known(Optional<RejectedException> rejection, boolean isSilence, Instant until) {}

    OcspResponder(
            Optional<URI> address,
            Optional<X509Certificate> signer,
            boolean soft,
            Duration timeout,
            Clock clock,
            int mostAtOnce) {
        this.address = address;
        this.signer = signer;
        this.soft = soft;
        this.timeout = timeout;
        this.clock = clock;
        this.mostAtOnce = mostAtOnce;
    }

    /** That of a configuration that asks one. */
    static OcspResponder of(CertificateConfig config, Clock clock) throws ProviderException {
        Duration timeout = config.ocspTimeout();
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new ProviderException("ocsp-timeout %s (expected more than zero and at most %ds)"
                    .formatted(timeout, LONGEST_TIMEOUT.toSeconds()));
        }
        return new OcspResponder(
                config.ocspResponder().isPresent()
                        ? Optional.of(address(config.ocspResponder().get()))
                        : Optional.empty(),
                config.ocspSigner().isPresent()
                        ? Optional.of(
                                CertificateFile.read(config.ocspSigner().get()).getFirst())
                        : Optional.empty(),
                config.ocsp() == Ocsp.SOFT_FAIL,
                timeout,
                clock,
                MOST_AT_ONCE);
    }

    private static URI address(String text) throws ProviderException {
        try {
            URI address = new URI(text);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (URISyntaxException _) {
            // said below
        }
        throw new ProviderException("ocsp-responder " + PrintableText.quoted(text) + " (expected http://host/path)");
    }

    /**
     * Asks about the client's certificate at the end of {@code path}.
     *
     * @throws RejectedException when it is revoked, when the gateway cannot ask, and unless soft-fail when nobody can
     *     tell
     */
    void check(PKIXCertPathBuilderResult path) throws RejectedException {
        X509Certificate certificate =
                (X509Certificate) path.getCertPath().getCertificates().getFirst();
        String key = Thumbprints.sha256(certificate);
        Known known = known(key, path);
        if (known.rejection().isPresent()) {
            throw known.rejection().get();
        }
    }

    /** Whoever asks about a certificate while somebody else does waits for the same answer. */
    private Known known(String key, PKIXCertPathBuilderResult path) throws RejectedException {
        Future<Known> question;
        synchronized (answers) {
            @Nullable Known kept = answers.get(key);
            if (kept != null && clock.instant().isBefore(kept.until())) {
                return kept;
            }
            @Nullable Future<Known> asked = open.get(key);
            if (asked == null) {
                if (open.size() >= mostAtOnce) {
                    throw unavailable("too many questions at one time");
                }
                asked = threads.submit(() -> ask(key, path));
                open.put(key, asked);
            }
            question = asked;
        }
        try {
            return question.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        } catch (ExecutionException e) {
            throw unavailable(PrintableText.line(e));
        }
    }

    private Known ask(String key, PKIXCertPathBuilderResult path) throws InterruptedException, ExecutionException {
        try {
            return keep(key, asked(path));
        } finally {
            synchronized (answers) {
                open.remove(key);
            }
        }
    }

    /** A responder that is gone takes nothing back: what it refused before stays refused. */
    private Known keep(String key, Known known) {
        synchronized (answers) {
            @Nullable Known before = answers.remove(key);
            Known kept = known.isSilence()
                            && before != null
                            && !before.isSilence()
                            && before.rejection().isPresent()
                    ? new Known(before.rejection(), false, known.until())
                    : known;
            answers.put(key, kept);
            return kept;
        }
    }

    private Known asked(PKIXCertPathBuilderResult path) throws InterruptedException, ExecutionException {
        if (address.isEmpty() && !namesResponder(path)) {
            return silent("the certificate names no responder (expected ocsp-responder)");
        }
        Future<Known> answer = threads.submit(() -> answer(path));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return silent("no answer in " + timeout.toMillis() + " ms");
        } finally {
            answer.cancel(true);
        }
    }

    /** For the Java runtime, a certificate without the address of a responder is a fault and no open question. */
    private static boolean namesResponder(PKIXCertPathBuilderResult path) {
        X509Certificate certificate =
                (X509Certificate) path.getCertPath().getCertificates().getFirst();
        byte @Nullable [] access = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        return access != null && new String(access, StandardCharsets.ISO_8859_1).contains(BY_OCSP);
    }

    private Known answer(PKIXCertPathBuilderResult path) throws GeneralSecurityException {
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOptions(EnumSet.of(Option.NO_FALLBACK, Option.ONLY_END_ENTITY));
            address.ifPresent(checker::setOcspResponder);
            signer.ifPresent(checker::setOcspResponderCert);
            PKIXParameters parameters = new PKIXParameters(Set.of(path.getTrustAnchor()));
            parameters.setDate(Date.from(clock.instant()));
            parameters.addCertPathChecker(checker);
            validator.validate(path.getCertPath(), parameters);
            return new Known(Optional.empty(), false, clock.instant().plus(KEPT));
        } catch (CertPathValidatorException e) {
            RejectedException rejection = ClientAuthorities.rejection(e, "the OCSP responder does not say");
            return rejection.rejection().reason() == Reason.UNAVAILABLE
                    ? silent(rejection.rejection().detail())
                    : new Known(Optional.of(rejection), false, clock.instant().plus(KEPT));
        }
    }

    /** Nobody can tell whether a certificate is revoked. */
    private Known silent(String why) {
        Instant until = clock.instant().plus(SILENCE_KEPT);
        LOG.atWarn()
                .addKeyValue("cause", why)
                .addKeyValue("accepted", soft)
                .log("nobody can tell whether a client certificate is revoked");
        return new Known(soft ? Optional.empty() : Optional.of(unavailable(why)), true, until);
    }

    private static RejectedException unavailable(String why) {
        return new RejectedException(Reason.UNAVAILABLE, "OCSP: " + why);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
