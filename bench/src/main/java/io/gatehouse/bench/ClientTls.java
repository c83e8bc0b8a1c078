package io.gatehouse.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS of clients that trust one certificate, and how often it was shown. Safe for use by many threads. */
final class ClientTls {
    private final X509Certificate certificate;
    private final AtomicInteger shown = new AtomicInteger();
    private final SSLContext shared;

    /** Trusts the first certificate of a PEM file. */
    ClientTls(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        shared = fresh();
    }

    /** The context for one connection: the shared one resumes sessions, a new one never does. */
    SSLContext context(boolean resumed) {
        try {
            return resumed ? shared : fresh();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private SSLContext fresh() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Pin()}, null);
        return context;
    }

    /** Whether the certificate is for an RSA key. */
    boolean keyIsRsa() {
        return certificate.getPublicKey().getAlgorithm().equals("RSA");
    }

    /** Handshakes in which the certificate was shown: those that resumed nothing. */
    int fullHandshakes() {
        return shown.get();
    }

    private final class Pin implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            shown.incrementAndGet();
            if (!certificate.equals(chain[0])) {
                throw new CertificateException("the server shows another certificate than it was given");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
