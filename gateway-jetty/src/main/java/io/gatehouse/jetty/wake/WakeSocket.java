package io.gatehouse.jetty.wake;

import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.WakeAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The network as wakers see it: sends magic packets, and asks ports whether they answer. */
public final class WakeSocket {
    private static final int MOST_ADDRESSES = 8;

    private WakeSocket() {}

    private static DatagramChannel open(WakeAddress to) throws IOException {
        try {
            DatagramChannel channel = DatagramChannel.open(
                    to.address() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
            return channel;
        } catch (UnsupportedOperationException e) {
            throw new IOException("this machine has no IPv6", e);
        }
    }

    /** Sends {@code packet}, which does not block. */
    static void send(MagicPacket packet) throws IOException {
        try (DatagramChannel channel = open(packet.to())) {
            channel.send(ByteBuffer.wrap(packet.bytes()), packet.to().socketAddress());
        }
    }

    /**
     * Asks the system whether it knows a way to {@code address}; nothing is sent. It knows one to the multicast
     * addresses of every link, and cannot be asked about it without the name of an interface.
     *
     * @throws IOException with the reason when it knows none
     */
    public static void checkRoute(WakeAddress address) throws IOException {
        try (DatagramChannel channel = open(address)) {
            if (!address.address().isMCLinkLocal()) {
                channel.connect(address.socketAddress());
            }
        }
    }

    /**
     * Whether one of {@code addresses} takes a TCP connection within {@code patience}. All are asked at one time, so
     * that dead ones hold none up; beyond {@value #MOST_ADDRESSES}, none is.
     */
    static boolean answers(List<InetAddress> addresses, int port, Duration patience, Executor executor) {
        if (addresses.size() == 1) {
            return answers(new InetSocketAddress(addresses.getFirst(), port), patience);
        }
        CompletableFuture<Boolean> any = new CompletableFuture<>();
        CompletableFuture<?>[] all = addresses.stream()
                .limit(MOST_ADDRESSES)
                .map(address -> CompletableFuture.runAsync(
                        () -> {
                            if (answers(new InetSocketAddress(address, port), patience)) {
                                any.complete(true);
                            }
                        },
                        executor))
                .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(all).whenComplete((_, _) -> any.complete(false));
        return any.join();
    }

    private static boolean answers(InetSocketAddress address, Duration patience) {
        try (Socket socket = new Socket()) {
            socket.connect(address, Math.toIntExact(patience.toMillis()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
