package io.gatehouse.client;

import io.gatehouse.api.ChannelBinding;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS on top of a connected socket, and what NTLM binds itself to. */
final class TlsSockets {
    private TlsSockets() {}

    static SSLSocket layer(Socket raw, ClientOptions options) throws IOException {
        SSLSocket socket = (SSLSocket)
                context(options.trust()).getSocketFactory().createSocket(raw, options.host(), options.port(), true);
        if (options.trust() instanceof Trust.Authorities || options.trust() instanceof Trust.Verified) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    /**
     * The {@code tls-server-end-point} binding of a certificate (RFC 5929 4.1): hashed as it was signed, but with
     * SHA-256 instead of MD5 and SHA-1, and for signatures that name no hash.
     */
    static ChannelBinding binding(X509Certificate certificate) {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String hash = signature.startsWith("SHA384WITH")
                ? "SHA-384"
                : signature.startsWith("SHA512WITH") ? "SHA-512" : "SHA-256";
        try {
            return ChannelBinding.tlsServerEndPoint(
                    MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + hash, e);
        }
    }

    private static SSLContext context(Trust trust) throws IOException {
        try {
            return switch (trust) {
                case Trust.Pinned(X509Certificate certificate) -> {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {new Pin(certificate)}, null);
                    yield context;
                }
                case Trust.Shared(SSLContext context) -> context;
                case Trust.Verified(SSLContext context) -> context;
                case Trust.Authorities _ -> SSLContext.getDefault();
                case Trust.Plain _ -> throw new IllegalArgumentException("no TLS is wanted");
            };
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    /** Trusts one certificate and nothing else. */
    private static final class Pin extends X509ExtendedTrustManager {
        private final X509Certificate pinned;

        Pin(X509Certificate pinned) {
            this.pinned = pinned;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !pinned.equals(chain[0])) {
                throw new CertificateException("the gateway shows another certificate than the pinned one");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
