package io.gatehouse.client;

import io.gatehouse.core.tsgu.TsguPacket;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * The bytes to and from the target of an open channel. One thread may send while another one reads.
 *
 * <p>KEEPALIVE, service and reauthentication messages are passed over; a caller that wants them uses
 * {@link GatewayClient#receive()} instead of {@link #read}.
 */
public final class Channel implements Closeable {
    /** The payload of a packet that fits one TLS record together with its headers. */
    private static final int PIECE = 16349;

    private final GatewayClient client;
    private ByteBuffer received = ByteBuffer.allocate(0);
    private OptionalInt closeStatus = OptionalInt.empty();
    private boolean closeSent;

    Channel(GatewayClient client) {
        this.client = client;
    }

    /** Sends the remaining bytes of a buffer with an array to the target, in packets of at most 16349 bytes. */
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(PIECE, bytes.remaining());
            client.sendData(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    /**
     * Waits for bytes from the target.
     *
     * @param bytes gets at least one byte and at most what it has room for
     * @return how many bytes it got, or -1 when the gateway has closed the channel: see {@link #closeStatus()}
     * @throws java.io.EOFException if the connection ended without CLOSE_CHANNEL
     * @throws java.net.SocketTimeoutException after the read timeout; a further call goes on where this one stopped
     */
    public int read(ByteBuffer bytes) throws IOException {
        while (!received.hasRemaining()) {
            if (closeStatus.isPresent()) {
                return -1;
            }
            switch (client.next()) {
                case TsguPacket.Data(ByteBuffer payload) -> received = payload;
                case TsguPacket.CloseChannel(int status) -> {
                    closeStatus = OptionalInt.of(status);
                    client.send(new TsguPacket.CloseChannelResponse(0));
                }
                case TsguPacket.CloseChannelResponse(int status) -> closeStatus = OptionalInt.of(status);
                case TsguPacket.KeepAlive _, TsguPacket.ServiceMessage _, TsguPacket.ReauthMessage _ -> {
                    // Nothing that a stream of bytes could show.
                }
                case TsguPacket.HandshakeResponse _,
                        TsguPacket.ExtendedAuth _,
                        TsguPacket.TunnelResponse _,
                        TsguPacket.TunnelAuthResponse _,
                        TsguPacket.ChannelResponse _ ->
                    throw new ProtocolException("answer to no question in an open channel");
            }
        }
        int length = Math.min(bytes.remaining(), received.remaining());
        bytes.put(received.slice(received.position(), length));
        received.position(received.position() + length);
        return length;
    }

    /** Reads until {@code bytes} is full; as {@link #read}, but an earlier end is an error. */
    public void readFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (read(bytes) < 0) {
                throw new EOFException("channel closed " + bytes.remaining() + " bytes early");
            }
        }
    }

    /** The status with which the gateway closed the channel, or answered to its closing; empty while it is open. */
    public OptionalInt closeStatus() {
        return closeStatus;
    }

    /** Sends CLOSE_CHANNEL; {@link #read} goes on until the gateway's answer. */
    public void closeChannel() throws IOException {
        closeSent = true;
        client.closeChannel();
    }

    /** Sends KEEPALIVE. */
    public void keepAlive() throws IOException {
        client.keepAlive();
    }

    /** Sends CLOSE_CHANNEL if nobody closed the channel yet, and ends the client's connections. */
    @Override
    public void close() throws IOException {
        try {
            if (!closeSent && closeStatus.isEmpty()) {
                closeChannel();
            }
        } finally {
            client.close();
        }
    }
}
