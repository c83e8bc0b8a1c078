package io.gatehouse.jwt;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The authorities of a PEM file, which alone may have signed a server's certificate. */
final class Authorities {
    private Authorities() {}

    static SSLContext of(Path file) throws ProviderException {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates(file)) {
                trusted.setCertificateEntry("ca-" + count++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ProviderException("ca " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws ProviderException {
        try {
            return CertificateFile.read(file);
        } catch (ProviderException e) {
            throw new ProviderException("ca " + e.getMessage(), e);
        }
    }
}
