package io.gatehouse.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Somebody in the middle: TLS with a certificate of its own to clients, TLS to the gateway, and all bytes passed on as
 * they come.
 */
final class TlsRelay implements AutoCloseable {
    private static final char[] PASSWORD = "relay".toCharArray();

    private final SSLServerSocket server;
    private final SSLContext towardsGateway;
    private final InetSocketAddress gateway;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** A relay on all loopback addresses that shows {@code certificate}. */
    TlsRelay(InetSocketAddress gateway, TestCertificate certificate) throws IOException, GeneralSecurityException {
        this.gateway = gateway;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "relay", certificate.pair().getPrivate(), PASSWORD, new X509Certificate[] {certificate.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext towardsClients = SSLContext.getInstance("TLS");
        towardsClients.init(keys.getKeyManagers(), null, null);
        towardsGateway = SSLContext.getInstance("TLS");
        towardsGateway.init(null, new TrustManager[] {new Indifferent()}, null);
        server = (SSLServerSocket)
                towardsClients.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                Socket onwards =
                        towardsGateway.getSocketFactory().createSocket(gateway.getAddress(), gateway.getPort());
                open.add(onwards);
                Thread.ofVirtual().start(() -> pass(client, onwards));
                Thread.ofVirtual().start(() -> pass(onwards, client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // one side is gone, and so is the other
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static final class Indifferent implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
