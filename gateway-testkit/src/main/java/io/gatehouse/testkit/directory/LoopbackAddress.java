package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.ProcessException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An address {@code 127.x.y.z} for one server with well-known ports; nobody else is given it until it is closed.
 *
 * <p>The claim is a listening socket, which the system ends with the JVM, however that ends.
 */
final class LoopbackAddress implements AutoCloseable {
    /** The port of the claim; below those that Samba's RPC servers take. */
    private static final int CLAIM = 49000;

    private static final List<Integer> WELL_KNOWN = List.of(53, 88, 135, 389, 445, 636, 49152);
    private static final int ATTEMPTS = 100;

    private final ServerSocket claim;

    private LoopbackAddress(ServerSocket claim) {
        this.claim = claim;
    }

    /** Claims an address on which no server listens at a well-known port. */
    static LoopbackAddress claim() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            byte[] address = {
                127, (byte) random.nextInt(16, 240), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
            };
            try {
                InetAddress candidate = InetAddress.getByAddress(address);
                ServerSocket claim = new ServerSocket(CLAIM, 1, candidate);
                // Servers of a JVM that was killed may still be ending.
                if (WELL_KNOWN.stream().noneMatch(port -> accepts(candidate, port))) {
                    return new LoopbackAddress(claim);
                }
                claim.close();
            } catch (IOException e) {
                // Claimed by somebody else: the next one.
            }
        }
        throw new ProcessException("no free loopback address after " + ATTEMPTS + " attempts");
    }

    InetAddress address() {
        return claim.getInetAddress();
    }

    /** The address in digits. */
    String text() {
        return address().getHostAddress();
    }

    static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            claim.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
