package io.gatehouse.ldap;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a directory's certificate may come from. The Java runtime judges (RFC 5280 section 6) and this puts its refusals
 * into words; the trust managers of the LDAP library compare the names of issuers only, so that anybody can write such
 * a certificate.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    /** With this begins what is said of a refused certificate. */
    static final String REFUSED = "the server's certificate ";

    private final X509ExtendedTrustManager judge;

    private ServerTrust(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /**
     * Sockets that trust these authorities.
     *
     * @param authorities a PEM file; the authorities of the Java runtime when absent
     * @throws ProviderException when the file has no certificates
     */
    static SSLSocketFactory sockets(Optional<Path> authorities) throws ProviderException {
        try {
            KeyStore anchors = authorities.isPresent() ? read(authorities.get()) : null;
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager judge) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {new ServerTrust(judge)}, null);
                    return context.getSocketFactory();
                }
            }
            throw new ProviderException("TLS: the Java runtime has no X509TrustManager");
        } catch (IOException | GeneralSecurityException e) {
            throw new ProviderException(
                    authorities.map(file -> "ca " + file + ": ").orElse("TLS: ") + PrintableText.line(e), e);
        }
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException, ProviderException {
        List<X509Certificate> certificates;
        try {
            certificates = CertificateFile.read(file);
        } catch (ProviderException e) {
            throw new ProviderException("ca " + e.getMessage(), e);
        }
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        for (X509Certificate certificate : certificates) {
            anchors.setCertificateEntry(String.valueOf(anchors.size()), certificate);
        }
        return anchors;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            judge.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException e) {
            throw explained(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            judge.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw explained(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            judge.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            throw explained(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }

    private static CertificateException explained(CertificateException refusal) {
        return new CertificateException(REFUSED + problem(refusal) + ": " + PrintableText.line(refusal), refusal);
    }

    private static String problem(CertificateException refusal) {
        boolean broken = false;
        int depth = 0;
        for (Throwable cause = refusal; cause != null && depth < 16; cause = cause.getCause(), depth++) {
            switch (cause) {
                case CertificateExpiredException _ -> {
                    return "has expired";
                }
                case CertificateNotYetValidException _ -> {
                    return "is not yet valid";
                }
                case CertPathBuilderException _ -> broken = true;
                case CertPathValidatorException _ -> broken = true;
                default -> {} // wraps another
            }
        }
        if (broken) {
            return "is not trusted";
        }
        // The name is checked last, and its refusal has neither a type nor a cause.
        boolean name = String.valueOf(refusal.getMessage())
                .toLowerCase(Locale.ROOT)
                .matches(".*(no subject alternative|no name matching|name is not|illegal given domain).*");
        return name ? "is for another name" : "is not good for a server";
    }
}
