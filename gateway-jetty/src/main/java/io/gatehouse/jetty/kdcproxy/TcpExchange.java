package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.KdcProxyMessage;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** RFC 4120 section 7.2.2: one message and its answer on TCP, each behind its length in four bytes. */
final class TcpExchange {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int PREFIX = 4;

    private TcpExchange() {}

    /**
     * Asks {@code kdc}; blocks until it answers, or the thread, a virtual one, is interrupted.
     *
     * @throws NotDeliveredException when the KDC takes no connection
     */
    static Token ask(InetSocketAddress kdc, Token message, Delivery delivery) throws IOException {
        try (Socket socket = new Socket()) {
            connect(socket, kdc);
            socket.setTcpNoDelay(true);
            ByteBuffer frame = ByteBuffer.allocate(PREFIX + message.length());
            frame.putInt(message.length()).put(message.bytes());
            delivery.handOver();
            socket.getOutputStream().write(frame.array());
            DataInputStream input = new DataInputStream(socket.getInputStream());
            int length = input.readInt();
            if (length < 1 || length > KdcProxyMessage.MAX_LENGTH) {
                throw new IOException("answer of %s bytes (expected 1 to %d)"
                        .formatted(Integer.toUnsignedString(length), KdcProxyMessage.MAX_LENGTH));
            }
            // The connection is not read to its end: KDCs keep it open for further messages.
            byte[] answer = input.readNBytes(length);
            if (answer.length < length) {
                throw new EOFException("answer ended after %d of %d bytes".formatted(answer.length, length));
            }
            return Token.of(answer);
        }
    }

    private static void connect(Socket socket, InetSocketAddress kdc) throws NotDeliveredException {
        try {
            socket.connect(kdc, Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        } catch (IOException e) {
            throw new NotDeliveredException(e);
        }
    }
}
