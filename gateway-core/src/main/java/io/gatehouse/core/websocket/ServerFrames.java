package io.gatehouse.core.websocket;

import io.gatehouse.formats.digest.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What the gateway sends: whole, unmasked frames (RFC 6455 section 5.1), and the answer to the opening handshake. */
public final class ServerFrames {
    /** The largest header that {@link #putBinaryHeader} writes, in bytes. */
    public static final int MAX_HEADER = 4;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final byte FIN = (byte) 0x80;

    private ServerFrames() {}

    /** Writes the header of a binary frame with {@code length} bytes of payload, 0 to 65535. */
    public static void putBinaryHeader(ByteBuffer target, int length) {
        putHeader(target, 0x2, length);
    }

    /** A PONG with the payload of the PING it answers. */
    public static ByteBuffer pong(ByteBuffer payload) {
        ByteBuffer frame = ByteBuffer.allocate(2 + payload.remaining());
        putHeader(frame, 0xA, payload.remaining());
        return frame.put(payload).flip();
    }

    /** A CLOSE with a status code and no reason. */
    public static ByteBuffer close(int statusCode) {
        ByteBuffer frame = ByteBuffer.allocate(4);
        putHeader(frame, 0x8, 2);
        return frame.putShort((short) statusCode).flip();
    }

    /**
     * The value of {@code Sec-WebSocket-Accept} (RFC 6455 4.2.2) for a key as it was sent. Keys are not validated:
     * FreeRDP 2 sends 15 characters that are no base64.
     */
    public static String accept(String key) {
        byte[] digest = Digests.sha1((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
    }

    private static void putHeader(ByteBuffer target, int opcode, int length) {
        target.put((byte) (FIN | opcode));
        if (length < 126) {
            target.put((byte) length);
        } else if (length <= 0xFFFF) {
            target.put((byte) 126).putShort((short) length);
        } else {
            throw new IllegalArgumentException("frame of " + length + " bytes (expected at most 65535)");
        }
    }
}
