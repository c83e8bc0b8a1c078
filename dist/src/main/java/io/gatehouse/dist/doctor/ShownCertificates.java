package io.gatehouse.dist.doctor;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS handshakes that look at the certificates of a server whatever they are. Nothing is sent over them that is not
 * public.
 */
final class ShownCertificates {
    private ShownCertificates() {}

    /**
     * Makes a handshake on {@code raw}.
     *
     * @param name for SNI
     * @param settings further settings, such as the versions to offer
     */
    static SSLSocket handshake(Socket raw, String name, Consumer<SSLParameters> settings) throws IOException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(raw, name, raw.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (name.chars().anyMatch(Character::isLetter) && name.indexOf(':') < 0) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        settings.accept(parameters);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** What the server showed, its own certificate first. */
    static List<X509Certificate> of(SSLSession session) throws IOException {
        Certificate[] shown = session.getPeerCertificates();
        return Arrays.stream(shown)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** A context that takes any certificate, for looking only. */
    static SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Onlooker()}, null);
            return context;
        } catch (NoSuchAlgorithmException | KeyManagementException exception) {
            throw new IOException("no TLS: " + exception.getMessage(), exception);
        }
    }

    /** Whether {@code failure} is about the certificates of the peer. */
    static boolean isAboutCertificates(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }

    private static final class Onlooker extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Looked at afterwards.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // Looked at afterwards.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // Looked at afterwards.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
