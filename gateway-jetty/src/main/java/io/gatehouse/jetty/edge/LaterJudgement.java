package io.gatehouse.jetty.edge;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every client certificate through the TLS handshake, in which the client proves that it has the key. Whether the
 * certificate is to be believed, the providers decide for every request: so the answer to a revoked certificate is the
 * same for a connection that was there before, a resumed TLS session and a new one, the audit log has the true reason,
 * and no handshake waits for an OCSP responder. A certificate that nobody has judged means nothing.
 */
final class LaterJudgement extends X509ExtendedTrustManager {
    private final Supplier<List<X509Certificate>> authorities;

    LaterJudgement(Supplier<List<X509Certificate>> authorities) {
        this.authorities = authorities;
    }

    /** The names that the certificate request has (RFC 8446 4.2.4), by which browsers choose a certificate. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.get().toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, SSLEngine engine) {
        throw noClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, Socket socket) {
        throw noClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType) {
        throw noClient();
    }

    private static IllegalStateException noClient() {
        return new IllegalStateException("a listener connects to nobody");
    }
}
