package io.gatehouse.jetty.audit;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Which syslog servers are believed. */
final class SyslogTrust {
    private SyslogTrust() {}

    /**
     * Believes those whose certificates the authorities in {@code ca} issued.
     *
     * @param ca a PEM file; the authorities of the Java runtime when empty
     */
    static SSLSocketFactory of(Optional<Path> ca) throws GatewayStartException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(ca.isPresent() ? store(ca.get()) : null);
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (ProviderException e) {
            throw new GatewayStartException("[[audit.syslog]] ca: " + e.getMessage(), e);
        } catch (GeneralSecurityException | IOException e) {
            throw new GatewayStartException("[[audit.syslog]]: " + e, e);
        }
    }

    private static KeyStore store(Path ca) throws ProviderException, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate certificate : CertificateFile.read(ca)) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        return store;
    }
}
