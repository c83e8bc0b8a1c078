package io.gatehouse.dist;

import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.jetty.GatewayStartException;
import io.gatehouse.jetty.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Looks at the certificate and key of a listener the way a client will, before any client does. */
final class TlsCheck {
    private static final Duration SOON = Duration.ofDays(14);

    private final Clock clock;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private TlsCheck(Clock clock) {
        this.clock = clock;
    }

    /**
     * What was found.
     *
     * @param problems reasons not to start
     * @param warnings what will hurt some clients, or will hurt soon
     */
    record Findings(List<String> problems, List<String> warnings) {
        Findings {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    /** Whether the pair is still to be made by {@code gatehouse run}. */
    static boolean isToBeMade(GatewayConfig.Tls tls) {
        return tls.selfSigned() && Files.notExists(tls.certificate()) && Files.notExists(tls.key());
    }

    /** Checks the files of {@code tls}: there, readable, valid now and belonging together. */
    static Findings of(GatewayConfig.Tls tls, Clock clock) {
        TlsCheck check = new TlsCheck(clock);
        if (isToBeMade(tls)) {
            check.warnings.add(tls.certificate() + ": not there yet; gatehouse run makes a self-signed certificate");
        } else {
            check.pair(tls.certificate(), tls.key());
        }
        tls.channelBindingCertificates().forEach(check::channelBindingCertificate);
        return new Findings(check.problems, check.warnings);
    }

    private void pair(Path certificate, Path key) {
        List<Path> missing =
                Stream.of(certificate, key).filter(Files::notExists).toList();
        if (!missing.isEmpty()) {
            missing.forEach(file -> problems.add(file + ": there is no such file"));
            return;
        }
        try {
            chain(certificate, TlsFiles.read(certificate, key, clock).chain());
            openToOthers(key);
        } catch (GatewayStartException exception) {
            problems.add(String.valueOf(exception.getMessage()));
        }
    }

    private void openToOthers(Path key) {
        try {
            if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
                warnings.add(key + ": everybody on this machine can read the private key (run: chmod o= " + key + ")");
            }
        } catch (IOException | UnsupportedOperationException exception) {
            warnings.add(key + ": its permissions cannot be examined: " + exception);
        }
    }

    private void channelBindingCertificate(Path file) {
        try {
            TlsFiles.certificates(file);
        } catch (GatewayStartException exception) {
            problems.add(String.valueOf(exception.getMessage()));
        }
    }

    private void chain(Path file, List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        Instant end = leaf.getNotAfter().toInstant();
        if (clock.instant().plus(SOON).isAfter(end)) {
            warnings.add(file + ": the certificate expires on " + end);
        }
        String algorithm = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("SHA384") || algorithm.startsWith("SHA512")) {
            warnings.add(file + ": signed with " + leaf.getSigAlgName()
                    + "; some RDP clients then fail to sign in with NTLM (expected SHA256)");
        }
        for (int index = 1; index < chain.size(); index++) {
            if (!chain.get(index - 1)
                    .getIssuerX500Principal()
                    .equals(chain.get(index).getSubjectX500Principal())) {
                warnings.add(file + ": certificate " + (index + 1) + " did not issue certificate " + index
                        + "; clients may not find the way to their root");
            }
        }
    }
}
