package io.gatehouse.jetty.edge;

import io.gatehouse.api.Finding;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at a server's certificates as RDP clients and browsers will. */
public final class CertificateChainCheck {
    private static final Set<String> OF_THE_TIME = Set.of("certificate.expired", "certificate.not-yet-valid");
    private static final Duration SOON = Duration.ofDays(14);
    private static final int SMALLEST_RSA_KEY = 2048;
    private static final int LARGEST_RSA_KEY = 4096;
    private static final Set<Integer> CURVES_OF_WINDOWS = Set.of(256, 384);
    private static final int TYPE_DNS = 2;
    private static final int TYPE_ADDRESS = 7;
    /** RFC 5280 section 4.2.1.12: serverAuth, and any purpose. */
    private static final Set<String> FOR_SERVERS = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    private final String where;
    private final List<X509Certificate> chain;
    private final X509Certificate leaf;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    private CertificateChainCheck(String where, List<X509Certificate> chain, Clock clock) {
        this.where = where;
        this.chain = List.copyOf(chain);
        this.leaf = chain.getFirst();
        this.clock = clock;
    }

    /**
     * What is wrong with {@code chain}, apart from its names.
     *
     * @param where a file, or the server that showed it
     * @param chain the server's certificate first
     */
    public static List<Finding> findings(String where, List<X509Certificate> chain, Clock clock) {
        CertificateChainCheck check = new CertificateChainCheck(where, chain, clock);
        check.validity();
        check.signature();
        check.key();
        check.purpose();
        check.links();
        return List.copyOf(check.findings);
    }

    private void validity() {
        Optional<Finding> invalid = invalidity(where, leaf, clock);
        Instant end = leaf.getNotAfter().toInstant();
        if (invalid.isPresent()) {
            findings.add(invalid.get());
        } else if (endsSoon(leaf, clock.instant())) {
            findings.add(Finding.warning(
                    "certificate.expires-soon",
                    where + ": the certificate expires on " + end,
                    "renew it; the gateway takes the new files by itself (docs/tls-certificates.md)"));
        }
    }

    /** Whether it should have been renewed by now: two weeks before its end, or when a quarter of its life is left. */
    static boolean endsSoon(X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration quarter =
                Duration.between(certificate.getNotBefore().toInstant(), end).dividedBy(4);
        return now.plus(quarter.compareTo(SOON) < 0 ? quarter : SOON).isAfter(end);
    }

    /** Why {@code certificate} is not valid now, if it is not. */
    public static Optional<Finding> invalidity(String where, X509Certificate certificate, Clock clock) {
        Instant now = clock.instant();
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return Optional.of(Finding.fault(
                    "certificate.expired",
                    where + ": the certificate expired on " + end,
                    "renew it; the gateway takes the new files by itself, other servers may need a restart"));
        }
        if (now.isBefore(begin)) {
            return Optional.of(Finding.fault(
                    "certificate.not-yet-valid",
                    where + ": the certificate is not valid before " + begin,
                    "set the clock of this machine (timedatectl), or wait"));
        }
        return Optional.empty();
    }

    /** Whether {@link #invalidity} has found it. */
    public static boolean isInvalidity(Finding finding) {
        return OF_THE_TIME.contains(finding.code());
    }

    private void signature() {
        String algorithm = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("SHA384") || algorithm.startsWith("SHA512")) {
            findings.add(Finding.warning(
                    "certificate.signature",
                    where + ": signed with " + leaf.getSigAlgName()
                            + "; some RDP clients then fail to sign in with NTLM (expected SHA256)",
                    "have the certificate signed with SHA-256; with Let's Encrypt, ask for an RSA key"
                            + " (certbot: --key-type rsa)"));
        } else if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD5")) {
            findings.add(Finding.warning(
                    "certificate.signature-weak",
                    where + ": signed with " + leaf.getSigAlgName() + ", which clients refuse (expected SHA256)",
                    "have the certificate authority sign a new certificate with SHA-256"));
        }
    }

    private void key() {
        if (leaf.getPublicKey() instanceof RSAPublicKey key) {
            int bits = key.getModulus().bitLength();
            if (bits > LARGEST_RSA_KEY) {
                findings.add(Finding.warning(
                        "certificate.key-size",
                        where + ": an RSA key of " + bits
                                + " bits; anybody who connects makes the gateway sign with it,"
                                + " which costs much CPU (expected at most " + LARGEST_RSA_KEY + ")",
                        "make an RSA key of 2048 or 3072 bits, or an EC key on P-256, and a certificate for it"));
            } else if (bits < SMALLEST_RSA_KEY) {
                findings.add(Finding.warning(
                        "certificate.key-size",
                        where + ": an RSA key of " + bits + " bits, which clients refuse (expected at least "
                                + SMALLEST_RSA_KEY + ")",
                        "make a new key of " + SMALLEST_RSA_KEY + " bits or more, and a certificate for it"));
            }
        } else if (!(leaf.getPublicKey() instanceof ECPublicKey key)
                || !CURVES_OF_WINDOWS.contains(key.getParams().getOrder().bitLength())) {
            findings.add(Finding.warning(
                    "certificate.key-type",
                    where + ": a key of the type " + leaf.getPublicKey().getAlgorithm()
                            + " that Windows clients do not know (expected RSA, or EC on P-256 or P-384)",
                    "make an RSA key of " + SMALLEST_RSA_KEY + " bits, and a certificate for it"));
        }
    }

    private void purpose() {
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && purposes.stream().noneMatch(FOR_SERVERS::contains)) {
                findings.add(Finding.warning(
                        "certificate.usage",
                        where + ": the certificate is not for servers: its extended key usage is "
                                + String.join(", ", purposes) + " (expected serverAuth, 1.3.6.1.5.5.7.3.1)",
                        "ask for a certificate for TLS servers"));
            }
        } catch (CertificateParsingException exception) {
            findings.add(Finding.warning(
                    "certificate.usage",
                    where + ": the extended key usage of the certificate cannot be read: " + exception.getMessage(),
                    "ask for a certificate for TLS servers"));
        }
    }

    private void links() {
        if (chain.size() == 1 && !isSelfSigned(leaf)) {
            findings.add(Finding.warning(
                    "certificate.chain-incomplete",
                    where + ": the file has no certificate of the issuer "
                            + leaf.getIssuerX500Principal().getName()
                            + "; clients may not be able to verify it (append the certificates of the chain)",
                    "append the intermediate certificates behind the server's certificate (certbot: use"
                            + " fullchain.pem)"));
        }
        for (int index = 1; index < chain.size(); index++) {
            X509Certificate issued = chain.get(index - 1);
            X509Certificate issuer = chain.get(index);
            String pair = where + ": certificate " + (index + 1) + " did not issue certificate " + index;
            if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    || !isSignedBy(issued, issuer)) {
                findings.add(Finding.warning(
                        "certificate.chain-order",
                        pair + "; clients may not be able to verify it",
                        "put the server's certificate first, then the one that issued it, and so on"));
            } else if (invalidity(where, issuer, clock).isPresent()) {
                findings.add(Finding.warning(
                        "certificate.chain-expired",
                        where + ": certificate " + (index + 1) + " of the chain, "
                                + issuer.getSubjectX500Principal().getName() + ", is not valid now (valid until "
                                + issuer.getNotAfter().toInstant() + ")",
                        "get the present intermediate certificates from the certificate authority"));
            }
        }
    }

    /** Whether it names itself as its issuer. */
    public static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    }

    private static boolean isSignedBy(X509Certificate issued, X509Certificate issuer) {
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException exception) {
            return false;
        }
    }

    /** The names that clients look at: the alternative ones, or else the common name. */
    public static Set<String> names(X509Certificate leaf) {
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

    /** Whether clients take {@code leaf} for that of {@code name}, in lower case. RFC 9525: a wildcard is one label. */
    public static boolean isFor(X509Certificate leaf, String name) {
        return names(leaf).stream().anyMatch(host -> covers(host, name));
    }

    private static boolean covers(String host, String name) {
        if (host.startsWith("*.")) {
            int dot = name.indexOf('.');
            return dot > 0 && name.substring(dot).equals(host.substring(1));
        }
        return host.equals(name) || host.equals("cn=" + name) || host.startsWith("cn=" + name + ",");
    }
}
