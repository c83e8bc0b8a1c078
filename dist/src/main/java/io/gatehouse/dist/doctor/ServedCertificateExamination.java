package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.jetty.edge.CertificateChainCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificate and the TLS settings that clients meet at one name of the gateway, whoever serves them. */
public final class ServedCertificateExamination implements Examination {
    private static final int PATIENCE_FOR_BYTES = 4000;
    /** What Windows 10 and 11 offer with TLS 1.2, best first. */
    private static final String[] CIPHERS_OF_WINDOWS = {
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    };

    private final String name;
    private final int port;
    private final List<X509Certificate> authorities;
    private final Set<X509Certificate> known;
    private final boolean behindProxies;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * An examination of {@code name}.
     *
     * @param authorities to be trusted beside those of the system
     * @param known the certificates of the listeners, and those that they accept channel bindings of
     * @param behindProxies whether somebody else may serve the certificate
     */
    public ServedCertificateExamination(
            String name,
            int port,
            List<X509Certificate> authorities,
            Set<X509Certificate> known,
            boolean behindProxies,
            Clock clock) {
        this.name = name.toLowerCase(Locale.ROOT);
        this.port = port;
        this.authorities = List.copyOf(authorities);
        this.known = Set.copyOf(known);
        this.behindProxies = behindProxies;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return name + ":" + port;
    }

    @Override
    public List<Finding> examine() {
        List<X509Certificate> chain;
        try {
            chain = handshake(_ -> {});
        } catch (IOException exception) {
            return List.of(Finding.fault(
                    "tls.handshake",
                    subject() + ": the TLS handshake fails: " + exception.getMessage(),
                    "look what listens there: openssl s_client -connect " + subject() + " -servername " + name));
        }
        findings.addAll(CertificateChainCheck.findings(subject(), chain, clock));
        X509Certificate leaf = chain.getFirst();
        if (!CertificateChainCheck.isFor(leaf, name)) {
            findings.add(Finding.fault(
                    "certificate.wrong-name",
                    subject() + ": the certificate is for " + String.join(", ", CertificateChainCheck.names(leaf))
                            + " and not for " + name + ", so clients refuse to connect",
                    "get a certificate with " + name + " as a DNS name (subjectAltName)"));
        }
        trust(chain);
        whose(leaf);
        versions();
        return List.copyOf(findings);
    }

    private List<X509Certificate> handshake(Consumer<SSLParameters> settings) throws IOException {
        try (Socket raw = new Socket()) {
            raw.connect(new InetSocketAddress(name, port), PATIENCE_FOR_BYTES);
            raw.setSoTimeout(PATIENCE_FOR_BYTES);
            try (SSLSocket socket = ShownCertificates.handshake(raw, name, settings)) {
                return ShownCertificates.of(socket.getSession());
            }
        }
    }

    private void trust(List<X509Certificate> chain) {
        boolean valid = CertificateChainCheck.invalidity(subject(), chain.getFirst(), clock)
                .isEmpty();
        boolean whole = findings.stream().noneMatch(finding -> finding.code().startsWith("certificate.chain-"));
        if (valid && whole && !isTrusted(chain)) {
            boolean selfSigned = CertificateChainCheck.isSelfSigned(chain.getFirst());
            findings.add(Finding.warning(
                    "certificate.not-trusted",
                    subject() + ": "
                            + (selfSigned
                                    ? "the certificate is self-signed"
                                    : "its certificate authority, "
                                            + chain.getLast()
                                                    .getIssuerX500Principal()
                                                    .getName()
                                            + ", is none that this machine trusts"),
                    "get a certificate of an authority that clients trust, or install the root on every client; to"
                            + " examine it with your own authority: --ca FILE"));
        }
    }

    private boolean isTrusted(List<X509Certificate> chain) {
        try {
            return isTrusted(chain, systemAndOwn());
        } catch (GeneralSecurityException | IOException exception) {
            return false;
        }
    }

    private static boolean isTrusted(List<X509Certificate> chain, List<X509TrustManager> managers) {
        for (X509TrustManager manager : managers) {
            try {
                manager.checkServerTrusted(
                        chain.toArray(X509Certificate[]::new),
                        chain.getFirst().getPublicKey().getAlgorithm().equals("EC") ? "ECDHE_ECDSA" : "ECDHE_RSA");
                return true;
            } catch (GeneralSecurityException exception) {
                // The next one may know it.
            }
        }
        return false;
    }

    private List<X509TrustManager> systemAndOwn() throws GeneralSecurityException, IOException {
        List<X509TrustManager> managers = new ArrayList<>(managers(null));
        if (!authorities.isEmpty()) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            managers.addAll(managers(store));
        }
        return managers;
    }

    private static List<X509TrustManager> managers(@org.jspecify.annotations.Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        List<X509TrustManager> managers = new ArrayList<>();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                managers.add(x509);
            }
        }
        return managers;
    }

    /** Sign-ins by NTLM and Kerberos are bound to the certificate that the client saw (RFC 5929). */
    private void whose(X509Certificate leaf) {
        if (known.isEmpty() || known.contains(leaf)) {
            return;
        }
        if (behindProxies) {
            findings.add(Finding.warning(
                    "front.channel-binding",
                    subject() + ": clients see a certificate that the gateway does not know (valid from "
                            + date(leaf.getNotBefore()) + "), so it refuses NTLM and Kerberos with channel binding",
                    "write the proxy's certificate to a PEM file, and name it in channel-binding-certificates of"
                            + " [listener.tls]"));
        } else {
            findings.add(Finding.warning(
                    "front.other-certificate",
                    subject() + ": clients see another certificate (valid from " + date(leaf.getNotBefore())
                            + ") than the one that [listener.tls] names",
                    "look into the log of the gateway, which says why it cannot use a renewed certificate, or look who"
                            + " answers at this address"));
        }
    }

    private static String date(Date date) {
        return date.toInstant().toString();
    }

    private void versions() {
        try {
            handshake(parameters -> {
                parameters.setProtocols(new String[] {"TLSv1.2"});
                parameters.setCipherSuites(CIPHERS_OF_WINDOWS);
            });
        } catch (IOException exception) {
            findings.add(Finding.fault(
                    "tls.windows-ciphers",
                    subject() + ": a handshake as mstsc makes it (TLS 1.2, ECDHE with AES-GCM) fails: "
                            + exception.getMessage(),
                    "allow TLS 1.2 with ECDHE-RSA-AES128-GCM-SHA256 or ECDHE-ECDSA-AES128-GCM-SHA256 where TLS ends"
                            + " (nginx: ssl_protocols, ssl_ciphers; HAProxy: ssl-default-bind-ciphers)"));
        }
    }
}
