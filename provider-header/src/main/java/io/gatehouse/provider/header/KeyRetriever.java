package io.gatehouse.provider.header;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Fetches small documents, from the very address that it is given. */
final class KeyRetriever extends DefaultResourceRetriever {
    private static final int LARGEST = 256 * 1024;

    private KeyRetriever(int timeout, @Nullable SSLSocketFactory tls) {
        super(timeout, timeout, LARGEST, true, tls);
    }

    /**
     * Makes it.
     *
     * @param ca PEM file of authorities; those of the Java runtime when absent
     */
    static KeyRetriever of(Duration timeout, Optional<Path> ca) throws ProviderException {
        return new KeyRetriever(Math.toIntExact(timeout.toMillis()), ca.isPresent() ? trusting(ca.get()) : null);
    }

    private static SSLSocketFactory trusting(Path file) throws ProviderException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (authorities.isEmpty()) {
                throw new ProviderException("ca " + file + ": no certificate in it");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : authorities) {
                store.setCertificateEntry(String.valueOf(store.size()), authority);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new ProviderException("ca " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
        HttpURLConnection connection = super.openHTTPConnection(url);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }
}
