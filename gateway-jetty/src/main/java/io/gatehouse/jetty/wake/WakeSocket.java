package io.gatehouse.jetty.wake;

import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.WakeAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

/** The network as wakers see it: sends magic packets, and asks ports whether they answer. */
public final class WakeSocket {
    private WakeSocket() {}

    private static DatagramChannel open(WakeAddress to) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                to.address() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
        return channel;
    }

    /** Sends {@code packet}, which does not block. */
    static void send(MagicPacket packet) throws IOException {
        try (DatagramChannel channel = open(packet.to())) {
            channel.send(ByteBuffer.wrap(packet.bytes()), packet.to().socketAddress());
        }
    }

    /**
     * Asks the system whether it knows a way to {@code address}; nothing is sent.
     *
     * @throws IOException with the reason when it knows none
     */
    public static void checkRoute(WakeAddress address) throws IOException {
        try (DatagramChannel channel = open(address)) {
            channel.connect(address.socketAddress());
        }
    }

    /** Whether {@code address} takes a TCP connection within {@code patience}. */
    static boolean answers(InetSocketAddress address, Duration patience) {
        try (Socket socket = new Socket()) {
            socket.connect(address, Math.toIntExact(patience.toMillis()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
