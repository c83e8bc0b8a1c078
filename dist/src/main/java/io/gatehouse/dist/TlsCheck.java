package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.jetty.edge.CertificateChainCheck;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at the certificate and key of a listener the way a client will, before any client does. */
final class TlsCheck {
    private final Set<String> names;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    private TlsCheck(Set<String> names, Clock clock) {
        this.names = names;
        this.clock = clock;
    }

    /** Whether the pair is still to be made by {@code gatehouse run}. */
    static boolean isToBeMade(GatewayConfig.Tls tls) {
        return tls.selfSigned()
                && tls.certificate().filter(Files::notExists).isPresent()
                && tls.key().filter(Files::notExists).isPresent();
    }

    /**
     * Checks the files of a listener: there, readable, valid now and belonging together.
     *
     * @param paths where they are
     * @param names host names under which the gateway is reached, as far as they are configured
     * @return faults are reasons not to start; warnings are what will hurt some clients, or will hurt soon
     */
    static List<Finding> of(GatewayConfig.Tls tls, CertificatePaths paths, Set<String> names, Clock clock) {
        TlsCheck check = new TlsCheck(names, clock);
        if (isToBeMade(tls)) {
            check.findings.add(Finding.warning(
                    "certificate.to-be-made",
                    paths.certificate() + ": does not exist yet; gatehouse run makes a self-signed certificate",
                    "for real clients, get a certificate from a certificate authority (docs/tls-certificates.md)"));
        } else if (tls.acme() && Files.notExists(paths.certificate())) {
            check.findings.add(Finding.warning(
                    "certificate.none-from-acme",
                    paths.certificate()
                            + ": does not exist yet; the gateway asks the ACME server for a certificate, and"
                            + " shows a temporary one that clients do not trust until it has it",
                    "start the gateway, and read its log if there is no certificate after some minutes"
                            + " (docs/tls-certificates.md)"));
        } else {
            check.pair(paths);
        }
        tls.channelBindingCertificates().forEach(check::channelBindingCertificate);
        return List.copyOf(check.findings);
    }

    /** Checks a pair of files in the same way. */
    static List<Finding> ofFiles(CertificatePaths paths, Set<String> names, Clock clock) {
        TlsCheck check = new TlsCheck(names, clock);
        check.pair(paths);
        return List.copyOf(check.findings);
    }

    private void pair(CertificatePaths paths) {
        Path certificate = paths.certificate();
        Path key = paths.key();
        List<Path> missing =
                Stream.of(certificate, key).distinct().filter(Files::notExists).toList();
        if (!missing.isEmpty()) {
            missing.forEach(file -> findings.add(Finding.fault(
                    "certificate.missing",
                    file + ": there is no such file",
                    "correct certificate and key in [listener.tls], or put the file there")));
            return;
        }
        Optional<List<X509Certificate>> chain = read(() -> TlsFiles.chain(paths));
        if (chain.isEmpty()) {
            return;
        }
        Optional<Finding> invalid = CertificateChainCheck.invalidity(
                certificate.toString(), chain.get().getFirst(), clock);
        if (invalid.isPresent()) {
            findings.add(invalid.get());
            return;
        }
        try {
            TlsFiles.read(paths, clock);
        } catch (GatewayStartException exception) {
            findings.add(Finding.fault(
                    "certificate.key",
                    String.valueOf(exception.getMessage()),
                    "install the private key that the certificate was made for, readable by the gateway's user only:"
                            + " chgrp gatehouse " + key + "; chmod 640 " + key));
            return;
        }
        chain(certificate, chain.get());
    }

    private void channelBindingCertificate(Path file) {
        read(() -> TlsFiles.certificates(file));
    }

    /** Reads the certificates of a file. */
    @FunctionalInterface
    private interface Reading {
        List<X509Certificate> certificates() throws GatewayStartException;
    }

    private Optional<List<X509Certificate>> read(Reading reading) {
        try {
            return Optional.of(reading.certificates());
        } catch (GatewayStartException exception) {
            findings.add(Finding.fault(
                    "certificate.unreadable",
                    String.valueOf(exception.getMessage()),
                    "put a PEM file with the certificate there (docs/tls-certificates.md has the commands)"));
            return Optional.empty();
        }
    }

    private void chain(Path file, List<X509Certificate> chain) {
        findings.addAll(CertificateChainCheck.findings(file.toString(), chain, clock));
        X509Certificate leaf = chain.getFirst();
        if (!names.isEmpty() && names.stream().noneMatch(name -> CertificateChainCheck.isFor(leaf, name))) {
            findings.add(Finding.warning(
                    "certificate.name",
                    file + ": the certificate is for " + String.join(", ", CertificateChainCheck.names(leaf))
                            + " and for none of the names that the configuration has for the gateway ("
                            + String.join(", ", names) + ")",
                    "get a certificate for the name that clients connect to, or correct name of [server]"));
        }
    }
}
