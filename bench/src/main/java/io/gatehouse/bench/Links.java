package io.gatehouse.bench;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Opens links, all with the same certificate and the same TLS. */
final class Links {
    /** Longer than any proxy may keep a measurement waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Settings settings;
    private final X509Certificate certificate;
    private final SSLContext tls;
    private final String password;

    Links(Settings settings) throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.certificate = certificate(settings);
        this.tls = trusting(certificate);
        this.password = Files.readAllLines(settings.passwordFile()).getFirst();
    }

    private static X509Certificate certificate(Settings settings) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(settings.certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static SSLContext trusting(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("proxy", certificate);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** TLS to {@code port}, without anything else. */
    Link plain(int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        socket.startHandshake();
        return new PlainLink(socket);
    }

    /** A channel to the target through the gateway at {@code port}. */
    Link tunnel(int port) throws IOException {
        GatewayClient client = new GatewayClient(ClientOptions.builder("localhost", port)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .trust(new Trust.Pinned(certificate))
                .transport(settings.transport())
                .credentials(Credentials.ntlm(settings.user(), password))
                .readTimeout(PATIENCE)
                .build());
        try {
            return new TunnelLink(
                    client, client.open("bench", List.of("127.0.0.1"), settings.targetPort()), settings.transport());
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }
}
