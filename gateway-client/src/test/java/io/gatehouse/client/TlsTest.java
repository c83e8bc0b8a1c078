package io.gatehouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ChannelBinding;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom the client trusts. */
@Timeout(20)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void thePinnedCertificateIsTrustedWhateverItsName() throws Exception {
        try (ScriptedGateway gateway = gateway();
                GatewayClient client = client(gateway, new Trust.Pinned(certificate("gateway")))) {
            client.connect();
            gateway.finish();
            assertThat(client.certificate()).contains(certificate("gateway"));
        }
    }

    @Test
    void anotherCertificateThanThePinnedOneIsRefused() throws Exception {
        try (ScriptedGateway gateway = gateway();
                GatewayClient client = client(gateway, new Trust.Pinned(certificate("other")))) {
            assertThatThrownBy(client::connect)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("the gateway shows another certificate than the pinned one");
        }
    }

    @Test
    void theAuthoritiesDoNotKnowASelfSignedCertificate() throws Exception {
        try (ScriptedGateway gateway = gateway();
                GatewayClient client = client(gateway, new Trust.Authorities())) {
            assertThatThrownBy(client::connect).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void clientsOfOneContextResumeTheSession() throws Exception {
        AtomicInteger shown = new AtomicInteger();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Counting(shown)}, null);
        try (ScriptedGateway gateway = gateway(2)) {
            for (int count = 0; count < 2; count++) {
                try (GatewayClient client = client(gateway, new Trust.Shared(context))) {
                    client.connect();
                    assertThat(client.certificate()).contains(certificate("gateway"));
                }
            }
            gateway.finish();
        }
        assertThat(shown).hasValue(1);
    }

    /** Trusts everybody; it is asked for full handshakes only. */
    private record Counting(AtomicInteger shown) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {
            shown.incrementAndGet();
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

    @Test
    void theChannelBindingIsTheHashOfTheCertificate() throws Exception {
        assertThat(TlsSockets.binding(certificate("gateway")).applicationData().bytes())
                .isEqualTo(ChannelBinding.tlsServerEndPoint(HexFormat.of()
                                .parseHex("18ef27353ba4e556a94b996159bc15b57757d07d0854617a36de3f3965829f6c"))
                        .applicationData()
                        .bytes());
    }

    private static GatewayClient client(ScriptedGateway gateway, Trust trust) {
        return new GatewayClient(gateway.options()
                .trust(trust)
                .webSocketKey("dGhlIHNhbXBsZSBub25jZQ==")
                .build());
    }

    private static ScriptedGateway gateway() throws IOException, GeneralSecurityException {
        return gateway(1);
    }

    private static ScriptedGateway gateway(int connections) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store("gateway"), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new ScriptedGateway(
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress()),
                acceptor -> {
                    for (int count = 0; count < connections; count++) {
                        ScriptedGateway.Talk talk = acceptor.accept();
                        talk.head();
                        talk.send("HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=||");
                    }
                });
    }

    private static X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        return (X509Certificate) Objects.requireNonNull(store(name).getCertificate(name));
    }

    private static KeyStore store(String name) throws IOException, GeneralSecurityException {
        try (InputStream file = Objects.requireNonNull(TlsTest.class.getResourceAsStream(name + ".p12"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD);
            return store;
        }
    }
}
