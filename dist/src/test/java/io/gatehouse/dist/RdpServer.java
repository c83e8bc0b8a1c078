package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.testkit.directory.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The first messages of a server, for those that Debian has no program of: an RDP server with NLA, one before Windows
 * Vista, another service on the port.
 */
final class RdpServer implements AutoCloseable {
    /** TPKT and Connection Confirm with RDP_NEG_RSP: HYBRID_EX ([MS-RDPBCGR] 4.1.2). */
    private static final byte[] NLA = {3, 0, 0, 19, 14, (byte) 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0x1F, 8, 0, 8, 0, 0, 0};

    private static final char[] PASSWORD = "in memory".toCharArray();

    private interface Conversation {
        void with(Socket socket) throws IOException;
    }

    private final ServerSocket listener;

    private RdpServer(int port, Conversation conversation) throws IOException {
        listener = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    conversation.with(socket);
                } catch (IOException e) {
                    // The next one, unless it is closed.
                }
            }
        });
    }

    /** Speaks NLA, with TLS by this certificate. */
    static RdpServer withNla(TestCertificates.Pair pair) throws IOException {
        SSLContext context = context(pair);
        return new RdpServer(0, socket -> {
            skipRequest(socket.getInputStream());
            socket.getOutputStream().write(NLA);
            socket.getOutputStream().flush();
            try (SSLSocket tls = server(context, socket)) {
                tls.startHandshake();
            }
        });
    }

    /** Answers a Connection Request with these bytes. */
    static RdpServer answering(byte[] answer) throws IOException {
        return new RdpServer(0, socket -> {
            skipRequest(socket.getInputStream());
            socket.getOutputStream().write(answer);
            socket.getOutputStream().flush();
        });
    }

    /** Begins to talk itself. */
    static RdpServer saying(String greeting) throws IOException {
        return new RdpServer(0, socket -> {
            socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        });
    }

    /** Answers each request inside TLS with this text. */
    static RdpServer overTls(int port, TestCertificates.Pair pair, String answer) throws IOException {
        SSLContext context = context(pair);
        return new RdpServer(port, socket -> {
            try (SSLSocket tls = server(context, socket)) {
                tls.getInputStream().read();
                tls.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                tls.getOutputStream().flush();
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void skipRequest(InputStream in) throws IOException {
        byte[] header = in.readNBytes(4);
        in.readNBytes((header[3] & 0xFF) - 4);
    }

    private static SSLSocket server(SSLContext context, Socket socket) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        tls.setUseClientMode(false);
        return tls;
    }

    /** Also for a certificate that has expired, which the gateway would not read. */
    private static SSLContext context(TestCertificates.Pair pair) throws IOException {
        try {
            List<X509Certificate> chain = CertificateFile.read(pair.certificate());
            String pem = Files.readString(pair.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
            PrivateKey key = KeyFactory.getInstance(
                            chain.getFirst().getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
