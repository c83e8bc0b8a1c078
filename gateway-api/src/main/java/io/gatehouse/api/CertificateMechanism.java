package io.gatehouse.api;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * An {@link AssertionMechanism} that judges certificates of clients: those of TLS handshakes, and those that trusted
 * proxies hand on. Beside a password, a certificate of the same user is a second factor, at the portal and at the
 * gateway alike. Safe for use by many threads.
 */
public interface CertificateMechanism extends AssertionMechanism {
    /**
     * The authorities whose certificates it takes, which listeners name to clients so that they offer a fitting one;
     * empty when any certificate may fit.
     */
    List<X509Certificate> authorities();

    /**
     * The certificate that a request comes with, and those that came behind it; empty when there is none, or none that
     * can be read. Nothing is judged.
     */
    List<X509Certificate> certificates(WebRequest request);

    /** Judges a certificate that an earlier request came with, as {@link #assess} would now; may block. */
    Outcome judge(List<X509Certificate> chain);

    /** Whether a certificate alone signs its user in at the portal. Otherwise it is a second factor only. */
    boolean signsIn();
}
