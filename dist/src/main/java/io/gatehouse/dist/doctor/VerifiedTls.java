package io.gatehouse.dist.doctor;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS to servers that get something secret: their certificates are checked before anything is sent. */
final class VerifiedTls {
    private VerifiedTls() {}

    /** A context that trusts the authorities of this machine and {@code own}. */
    static SSLContext context(List<X509Certificate> own) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Stream<X509Certificate> system =
                    trust(null).stream().flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()));
            for (X509Certificate authority :
                    Stream.concat(system, own.stream()).distinct().toList()) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(store).toArray(X509TrustManager[]::new), null);
            return context;
        } catch (GeneralSecurityException exception) {
            throw new IOException("no TLS: " + exception.getMessage(), exception);
        }
    }

    private static List<X509TrustManager> trust(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .toList();
    }
}
