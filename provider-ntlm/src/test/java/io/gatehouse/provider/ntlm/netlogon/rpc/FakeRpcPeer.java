package io.gatehouse.provider.ntlm.netlogon.rpc;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The server's half of a connection, written from C706 and MS-RPCE and apart from the code under test. */
public final class FakeRpcPeer {
    public static final int FIRST = 1;
    public static final int LAST = 2;
    public static final int DID_NOT_EXECUTE = 0x20;

    private static final int HEADER = 16;
    private static final byte[] NDR = {
        0x04,
        0x5d,
        (byte) 0x88,
        (byte) 0x8a,
        (byte) 0xeb,
        0x1c,
        (byte) 0xc9,
        0x11,
        (byte) 0x9f,
        (byte) 0xe8,
        0x08,
        0x00,
        0x2b,
        0x10,
        0x48,
        0x60,
        0x02,
        0x00,
        0x00,
        0x00
    };

    private final Socket socket;
    private final DataInputStream input;
    private final OutputStream output;

    FakeRpcPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new DataInputStream(socket.getInputStream());
        this.output = socket.getOutputStream();
    }

    /**
     * What a client sent.
     *
     * @param callId to be repeated in the answer
     * @param operation of a request
     */
    public record Received(int type, int callId, int operation, ByteBuffer body, ByteBuffer token) {}

    /** The next PDU, whole. */
    public Received read() throws IOException {
        byte[] header = new byte[HEADER];
        input.readFully(header);
        ByteBuffer fields = little(header);
        byte[] body = new byte[fields.getShort(8) - HEADER];
        input.readFully(body);
        int auth = fields.getShort(10);
        int end = body.length - (auth == 0 ? 0 : auth + 8);
        return new Received(
                header[2],
                fields.getInt(12),
                little(body).getShort(6),
                little(Arrays.copyOf(body, end)),
                little(Arrays.copyOfRange(body, body.length - auth, body.length)));
    }

    public void write(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Holds the connection until the client ends it. */
    public void stayMute() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException e) {
            // Gone.
        }
    }

    /** A PDU of any kind; {@code token} makes an auth_verifier of type 68. */
    public static byte[] pdu(int type, int flags, int callId, byte[] body, int padding, byte... token) {
        int trailer = token.length == 0 ? 0 : 8 + token.length;
        ByteBuffer pdu = ByteBuffer.allocate(HEADER + body.length + trailer).order(ByteOrder.LITTLE_ENDIAN);
        pdu.put((byte) 5).put((byte) 0).put((byte) type).put((byte) flags).putInt(0x10);
        pdu.putShort((short) pdu.capacity()).putShort((short) token.length).putInt(callId);
        pdu.put(body);
        if (token.length > 0) {
            pdu.put((byte) 68)
                    .put((byte) 6)
                    .put((byte) padding)
                    .put((byte) 0)
                    .putInt(0)
                    .put(token);
        }
        return pdu.array();
    }

    public static byte[] bindAck(int callId, byte... token) {
        ByteBuffer body = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) 5840).putShort((short) 5840).putInt(0x12345);
        body.putShort((short) 4).put(new byte[] {'1', '3', '5', 0}).putShort((short) 0);
        body.putInt(1).putShort((short) 0).putShort((short) 0).put(NDR);
        return pdu(12, FIRST | LAST, callId, body.array(), 0, token);
    }

    public static byte[] bindNak(int callId, int reason) {
        return pdu(13, FIRST | LAST, callId, new byte[] {(byte) reason, 0, 0, 0}, 0);
    }

    public static byte[] fault(int callId, int flags, int status) {
        byte[] body = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, status)
                .array();
        return pdu(3, FIRST | LAST | flags, callId, body, 0);
    }

    public static byte[] response(int callId, int flags, byte[] stub) {
        return pdu(2, flags, callId, responseBody(stub), 0);
    }

    public static byte[] response(int callId, byte[] stub) {
        return response(callId, FIRST | LAST, stub);
    }

    public static byte[] responseBody(byte[] stub) {
        return ByteBuffer.allocate(8 + stub.length).put(8, stub).array();
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
