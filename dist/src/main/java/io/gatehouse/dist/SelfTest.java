package io.gatehouse.dist;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.formats.file.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Goes through the gateway's own front door, as a desktop client would: TLS with the very certificate, NTLM with the
 * printed account, a tunnel and a channel to an echo, over each transport. What comes back must be what was sent.
 */
final class SelfTest {
    /** More than one TLS record, and not a multiple of one. */
    private static final int BYTES = 300_000;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private SelfTest() {}

    /**
     * Tests the gateway at {@code gateway} and prints a line for each transport.
     *
     * @throws CommandException when anything does not work
     */
    static void run(DemoFolder folder, InetSocketAddress gateway, int echoPort, PrintWriter out)
            throws CommandException {
        for (Transport transport : Transport.values()) {
            String name = switch (transport) {
                case WEBSOCKET -> "WebSocket";
                case DUAL_CHANNEL -> "dual channel";
            };
            try {
                Credentials credentials = Credentials.ntlm(DemoFolder.USER, folder.password());
                long milliseconds = test(folder, gateway, echoPort, transport, credentials);
                out.println("self-test over " + name + ": signed in as " + DemoFolder.USER + ", " + BYTES
                        + " bytes there and back in " + milliseconds + " ms: ok");
                out.flush();
            } catch (IOException | CertificateException exception) {
                throw CommandException.failed("self-test over " + name + " failed: " + exception);
            }
        }
    }

    /** Tests once, and returns how many milliseconds that took. */
    static long test(
            DemoFolder folder, InetSocketAddress gateway, int echoPort, Transport transport, Credentials credentials)
            throws IOException, CertificateException {
        ClientOptions options = ClientOptions.builder("localhost", gateway.getPort())
                .address(gateway)
                .trust(new Trust.Pinned(certificate(folder.certificate())))
                .transport(transport)
                .credentials(credentials)
                .readTimeout(PATIENCE)
                .build();
        byte[] sent = new byte[BYTES];
        new Random(BYTES).nextBytes(sent);
        ByteBuffer received = ByteBuffer.allocate(BYTES);
        long begin = System.nanoTime();
        try (GatewayClient client = new GatewayClient(options)) {
            Channel channel = client.open("self-test", List.of("127.0.0.1"), echoPort);
            // Piece by piece, so that neither side has to hold everything.
            int piece = 60_000;
            for (int offset = 0; offset < BYTES; offset += piece) {
                channel.send(ByteBuffer.wrap(sent, offset, piece));
                received.limit(offset + piece);
                channel.readFully(received);
            }
            channel.close();
        }
        if (!ByteBuffer.wrap(sent).equals(received.flip())) {
            throw new IOException("the bytes that came back are not the bytes that were sent");
        }
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static X509Certificate certificate(Path file) throws IOException, CertificateException {
        try (InputStream stream = RegularFile.open(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
    }

    /** Where to knock when the gateway listens on {@code address}. */
    static InetSocketAddress door(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
    }
}
