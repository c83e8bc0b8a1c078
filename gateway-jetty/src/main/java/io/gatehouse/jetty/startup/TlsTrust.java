package io.gatehouse.jetty.startup;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Which servers the gateway believes, by the authorities of their certificates. */
public final class TlsTrust {
    private TlsTrust() {}

    /**
     * Believes those whose certificates the authorities in {@code ca} issued.
     *
     * @param table of the configuration, for the reason of a failure
     * @param ca a PEM file; the authorities of the Java runtime when empty
     */
    public static SSLContext of(String table, Optional<Path> ca) throws GatewayStartException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(ca.isPresent() ? store(ca.get()) : null);
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (ProviderException e) {
            throw new GatewayStartException(table + " ca: " + e.getMessage(), e);
        } catch (GeneralSecurityException | IOException e) {
            throw new GatewayStartException(table + ": " + e, e);
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
