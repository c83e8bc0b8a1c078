package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Token;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/** RFC 4120 section 7.2.1: one message and its answer, each a datagram without anything in front. */
final class UdpExchange {
    private static final Duration RESEND = Duration.ofSeconds(1);
    private static final int LARGEST_DATAGRAM = 65_507;

    private UdpExchange() {}

    /**
     * Asks {@code kdc}, again every second; blocks until it answers, or the thread, a virtual one, is interrupted.
     *
     * @throws NotDeliveredException when nobody listens there
     */
    static Token ask(InetSocketAddress kdc, Token message, Delivery delivery) throws IOException {
        if (message.length() > LARGEST_DATAGRAM) {
            throw new NotDeliveredException(
                    "message of %d bytes (expected at most %d)".formatted(message.length(), LARGEST_DATAGRAM));
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(kdc); // from now on others' datagrams are dropped, and a closed port is an exception
            socket.setSoTimeout(Math.toIntExact(RESEND.toMillis()));
            DatagramPacket question = new DatagramPacket(message.bytes(), message.length());
            DatagramPacket answer = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
            delivery.handOver();
            for (boolean first = true; ; first = false) {
                try {
                    socket.send(question);
                    socket.receive(answer);
                    return Token.of(Arrays.copyOf(answer.getData(), answer.getLength()));
                } catch (SocketTimeoutException lost) {
                    if (Thread.interrupted()) {
                        throw lost;
                    }
                } catch (PortUnreachableException closed) {
                    throw first ? new NotDeliveredException(closed) : closed;
                }
            }
        }
    }
}
