package io.gatehouse.bench;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguCodec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An open channel of a gateway. Frames are made once and sent again and again, with the WebSocket mask 0 so that making
 * them costs the generator nothing; the gateway unmasks them as it does all others.
 */
final class TunnelLink implements Link {
    /** The larger of both framings is that of WebSocket with 8 bytes; a chunk has 6 before and 2 behind. */
    private static final int PIECE = PlainLink.RECORD - 8 - TsguCodec.DATA_HEADER_SIZE;

    private final GatewayClient client;
    private final Channel channel;
    private final Transport transport;
    private final ByteBuffer input = ByteBuffer.allocate(65_536);

    TunnelLink(GatewayClient client, Channel channel, Transport transport) {
        this.client = client;
        this.channel = channel;
        this.transport = transport;
    }

    @Override
    public int pieceSize() {
        return PIECE;
    }

    @Override
    public ByteBuffer frame(ByteBuffer payload) {
        int length = TsguCodec.DATA_HEADER_SIZE + payload.remaining();
        ByteBuffer frame = ByteBuffer.allocate(length + 16);
        switch (transport) {
            case WEBSOCKET -> putFrameHeader(frame, length);
            case DUAL_CHANNEL -> frame.put((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        TsguCodec.putDataHeader(frame, payload.remaining());
        frame.put(payload.duplicate());
        if (transport == Transport.DUAL_CHANNEL) {
            frame.put((byte) '\r').put((byte) '\n');
        }
        return frame.flip();
    }

    /** A final binary frame with the mask 0 (RFC 6455 5.2). */
    private static void putFrameHeader(ByteBuffer frame, int length) {
        frame.put((byte) 0x82);
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        }
        frame.putInt(0);
    }

    @Override
    public void send(ByteBuffer frame) throws IOException {
        client.sendUnframed(frame);
        frame.rewind();
    }

    @Override
    public int receive() throws IOException {
        int count = channel.read(input.clear());
        if (count < 0) {
            throw new EOFException("the gateway closed the channel with " + channel.closeStatus());
        }
        return count;
    }

    @Override
    public void abort() {
        client.abort();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
