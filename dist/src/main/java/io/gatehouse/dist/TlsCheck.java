package io.gatehouse.dist;

import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at the certificate and key of a listener the way a client will, before any client does. */
final class TlsCheck {
    private static final Duration SOON = Duration.ofDays(14);

    private static final int SMALLEST_RSA_KEY = 2048;
    private static final int TYPE_DNS = 2;
    private static final int TYPE_ADDRESS = 7;

    private final Set<String> names;
    private final Clock clock;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private TlsCheck(Set<String> names, Clock clock) {
        this.names = names;
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

    /**
     * Checks the files of {@code tls}: there, readable, valid now and belonging together.
     *
     * @param names host names under which the gateway is reached, as far as they are configured
     */
    static Findings of(GatewayConfig.Tls tls, Set<String> names, Clock clock) {
        TlsCheck check = new TlsCheck(names, clock);
        if (isToBeMade(tls)) {
            check.warnings.add(
                    tls.certificate() + ": does not exist yet; gatehouse run makes a self-signed certificate");
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
        } catch (GatewayStartException exception) {
            problems.add(String.valueOf(exception.getMessage()));
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
        if (leaf.getPublicKey() instanceof RSAPublicKey key && key.getModulus().bitLength() < SMALLEST_RSA_KEY) {
            warnings.add(file + ": an RSA key of " + key.getModulus().bitLength()
                    + " bits, which clients refuse (expected at least " + SMALLEST_RSA_KEY + ")");
        }
        boolean signedByItself = leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
        if (chain.size() == 1 && !signedByItself) {
            warnings.add(file + ": the file has no certificate of the issuer "
                    + leaf.getIssuerX500Principal().getName()
                    + "; clients may not be able to verify it (append the certificates of the chain)");
        }
        Set<String> covered = hosts(leaf);
        if (!names.isEmpty()
                && names.stream().noneMatch(name -> covered.stream().anyMatch(host -> covers(host, name)))) {
            warnings.add(
                    file + ": the certificate is for " + String.join(", ", covered) + " and for none of the names that"
                            + " the configuration has for the gateway (" + String.join(", ", names) + ")");
        }
        for (int index = 1; index < chain.size(); index++) {
            if (!chain.get(index - 1)
                    .getIssuerX500Principal()
                    .equals(chain.get(index).getSubjectX500Principal())) {
                warnings.add(file + ": certificate " + (index + 1) + " did not issue certificate " + index
                        + "; clients may not be able to verify it");
            }
        }
    }

    /** The names that clients look at: the alternative ones, or else the common name. */
    private static Set<String> hosts(X509Certificate leaf) {
        Set<String> hosts = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (alternative.get(0) instanceof Integer type && (type == TYPE_DNS || type == TYPE_ADDRESS)) {
                    hosts.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException exception) {
            hosts.clear();
        }
        if (hosts.isEmpty()) {
            hosts.add(leaf.getSubjectX500Principal().getName().toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    /** RFC 9525: a wildcard stands for one whole label. */
    private static boolean covers(String host, String name) {
        if (host.startsWith("*.")) {
            int dot = name.indexOf('.');
            return dot > 0 && name.substring(dot).equals(host.substring(1));
        }
        return host.equals(name) || host.equals("cn=" + name) || host.startsWith("cn=" + name + ",");
    }
}
