package io.gatehouse.provider.certificate;

import io.gatehouse.api.Finding;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.CertificateText;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.certificate.CertificateConfig.Ocsp;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The authorities whose certificates are accepted, with their revocation lists and their OCSP responder. Paths do not
 * end at those that another one of the file has issued, and may revoke. Paths are built and checked by the PKIX
 * implementation of the Java runtime (RFC 5280), first without a look at the network: a certificate of a stranger makes
 * the gateway ask nobody. Safe for use by many threads.
 */
final class ClientAuthorities implements AutoCloseable {
    private static final int MOST_INTERMEDIATES = 5;
    private static final Duration SOON = Duration.ofDays(14);
    private static final Duration VERY_SOON = Duration.ofHours(12);

    private final WatchedFile<Authorities> ca;
    private final List<WatchedFile<List<X509CRL>>> lists;
    private final Optional<OcspResponder> responder;
    private final Clock clock;

    /**
     * The content of a file.
     *
     * @param ends the authorities at which paths end
     * @param between those that another one of the file has issued
     */
    private record Authorities(List<X509Certificate> ends, List<X509Certificate> between) {
        List<X509Certificate> all() {
            return Stream.concat(ends.stream(), between.stream()).toList();
        }
    }

    private ClientAuthorities(
            WatchedFile<Authorities> ca,
            List<WatchedFile<List<X509CRL>>> lists,
            Optional<OcspResponder> responder,
            Clock clock) {
        this.ca = ca;
        this.lists = List.copyOf(lists);
        this.responder = responder;
        this.clock = clock;
    }

    /**
     * Those of a configuration that has some.
     *
     * @throws ProviderException when a file cannot be read or holds something else
     */
    static ClientAuthorities of(CertificateConfig config, Clock clock) throws ProviderException {
        try {
            WatchedFile<Authorities> ca =
                    WatchedFile.open(config.ca().orElseThrow(), ClientAuthorities::authorities, clock);
            List<WatchedFile<List<X509CRL>>> lists = new ArrayList<>();
            for (Path file : config.crl()) {
                lists.add(WatchedFile.open(file, RevocationList::read, clock));
            }
            return new ClientAuthorities(
                    ca,
                    lists,
                    config.ocsp() == Ocsp.OFF ? Optional.empty() : Optional.of(OcspResponder.of(config, clock)),
                    clock);
        } catch (ProviderException e) {
            throw new ProviderException("ca, crl or ocsp: " + e.getMessage(), e);
        }
    }

    private static Authorities authorities(Path file) throws ProviderException {
        List<X509Certificate> certificates = CertificateFile.read(file);
        for (X509Certificate certificate : certificates) {
            if (certificate.getBasicConstraints() < 0) {
                throw new ProviderException("%s: %s is not one of an authority (expected CA:TRUE)"
                        .formatted(file, CertificateText.of(certificate)));
            }
        }
        List<X509Certificate> ends = new ArrayList<>();
        List<X509Certificate> between = new ArrayList<>();
        for (X509Certificate one : certificates) {
            (certificates.stream().anyMatch(other -> isIssued(one, other)) ? between : ends).add(one);
        }
        if (ends.isEmpty()) {
            throw new ProviderException(
                    file + ": each authority was issued by another one of them (expected one that was not)");
        }
        return new Authorities(List.copyOf(ends), List.copyOf(between));
    }

    private static boolean isIssued(X509Certificate certificate, X509Certificate issuer) {
        return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && isSigned(certificate, issuer.getPublicKey())
                && !isSigned(certificate, certificate.getPublicKey());
    }

    private static boolean isSigned(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** The authorities that have not expired. */
    List<X509Certificate> certificates() {
        return current(ca.content().all());
    }

    private List<X509Certificate> current(List<X509Certificate> certificates) {
        Instant now = clock.instant();
        return certificates.stream()
                .filter(authority -> !now.isAfter(authority.getNotAfter().toInstant()))
                .toList();
    }

    /**
     * Checks a client's certificate that is not one of an authority.
     *
     * @param chain the certificate, and others that may be needed, in any order
     * @return the authorities of its path, its issuer first
     * @throws RejectedException when it is not to be believed, with the reason
     */
    List<X509Certificate> check(List<X509Certificate> chain) throws RejectedException {
        PKIXCertPathBuilderResult path = path(chain);
        if (!lists.isEmpty()) {
            checkLists(path);
        }
        if (responder.isPresent()) {
            responder.get().check(path);
        }
        return Stream.concat(
                        path.getCertPath().getCertificates().stream().skip(1).map(X509Certificate.class::cast),
                        Stream.of(path.getTrustAnchor().getTrustedCert()))
                .toList();
    }

    private PKIXCertPathBuilderResult path(List<X509Certificate> chain) throws RejectedException {
        Authorities authorities = ca.content();
        Set<TrustAnchor> anchors = current(authorities.ends()).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            throw new RejectedException(Reason.UNAVAILABLE, "all authorities of " + ca.file() + " have expired");
        }
        List<X509Certificate> others = new ArrayList<>(chain);
        others.addAll(authorities.between());
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(chain.getFirst());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            parameters.setMaxPathLength(MOST_INTERMEDIATES);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(others)));
            return (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (GeneralSecurityException | RuntimeException e) { // some extensions are too much for the Java runtime
            throw RejectedException.refused(
                    "no path to an authority of %s: %s".formatted(ca.file(), PrintableText.line(root(e))));
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (@Nullable Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    /** Every certificate of the path needs a current list of its issuer, and must not stand in it. */
    private void checkLists(PKIXCertPathBuilderResult path) throws RejectedException {
        List<X509CRL> known =
                lists.stream().flatMap(list -> list.content().stream()).toList();
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(path.getTrustAnchor()));
            // The Java runtime's own checker looks at these lists only; one that is added could fetch others.
            parameters.setRevocationEnabled(true);
            parameters.setDate(Date.from(clock.instant()));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
            CertPathValidator.getInstance("PKIX").validate(path.getCertPath(), parameters);
        } catch (CertPathValidatorException e) {
            throw rejection(e, "no current revocation list in crl covers it");
        } catch (GeneralSecurityException e) {
            throw new RejectedException(Reason.UNAVAILABLE, "crl: " + PrintableText.line(e));
        }
    }

    /**
     * The rejection that a failed check of revocation comes to.
     *
     * @param undetermined what it means when nothing is known
     */
    static RejectedException rejection(CertPathValidatorException failure, String undetermined) {
        if (failure.getReason() == BasicReason.REVOKED) {
            return RejectedException.refused(
                    failure.getCause() instanceof CertificateRevokedException revoked
                            ? "was revoked on %s (%s)"
                                    .formatted(revoked.getRevocationDate().toInstant(), revoked.getRevocationReason())
                            : "was revoked");
        }
        if (failure.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
            return new RejectedException(Reason.UNAVAILABLE, undetermined + ": " + PrintableText.line(root(failure)));
        }
        return RejectedException.refused("revocation check: " + PrintableText.line(root(failure)));
    }

    /** What {@code gatehouse doctor} should know of the files. */
    List<Finding> examine() {
        Instant now = clock.instant();
        List<Finding> findings = new ArrayList<>();
        for (X509Certificate authority : ca.content().all()) {
            Instant end = authority.getNotAfter().toInstant();
            String which = "the authority %s in %s"
                    .formatted(
                            PrintableText.quoted(
                                    authority.getSubjectX500Principal().getName()),
                            ca.file());
            String fix = "put its successor into [auth.certificate] ca; the file is read again without a restart";
            if (now.isAfter(end)) {
                findings.add(Finding.fault("client-ca.expired", which + " expired on " + end, fix));
            } else if (now.plus(SOON).isAfter(end)) {
                findings.add(Finding.warning("client-ca.expires", which + " expires on " + end, fix));
            }
        }
        lists.forEach(list -> list.content().forEach(revoked -> examine(revoked, list.file(), now, findings)));
        return findings;
    }

    private static void examine(X509CRL list, Path file, Instant now, List<Finding> findings) {
        String which = "the revocation list of %s in %s"
                .formatted(PrintableText.quoted(list.getIssuerX500Principal().getName()), file);
        String fix = "fetch a new list from the authority at intervals, and put it in the place of the file;"
                + " it is read again without a restart";
        @Nullable Date next = list.getNextUpdate();
        if (next == null) {
            findings.add(Finding.warning("client-crl.no-end", which + " does not say when the next one comes", fix));
        } else if (now.isAfter(next.toInstant())) {
            findings.add(Finding.fault(
                    "client-crl.expired",
                    which + " was to be replaced by " + next.toInstant()
                            + ", so all certificates of this authority are refused",
                    fix));
        } else if (now.plus(VERY_SOON).isAfter(next.toInstant())) {
            findings.add(
                    Finding.warning("client-crl.expires", which + " is to be replaced by " + next.toInstant(), fix));
        }
    }

    @Override
    public void close() {
        responder.ifPresent(OcspResponder::close);
    }
}
