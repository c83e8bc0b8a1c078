package io.gatehouse.dist.doctor;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first two messages of RDP ([MS-RDPBCGR] 2.2.1.1 and 2.2.1.2): the client says which security protocols it
 * speaks, the server takes one or says why not.
 */
final class RdpNegotiation {
    /** TLS. */
    static final int SSL = 1;
    /** CredSSP, which is Network Level Authentication (NLA). */
    static final int HYBRID = 2;
    /** RDSTLS, for servers behind a broker. */
    static final int RDSTLS = 4;
    /** CredSSP with an early answer. */
    static final int HYBRID_EX = 8;
    /** NLA, in either form. */
    static final int NLA = HYBRID | HYBRID_EX;

    private static final int TPKT_VERSION = 3;
    private static final int TPKT_HEADER = 4;
    private static final int CONNECTION_CONFIRM = 0xD0;
    private static final int LONGEST = 512;
    private static final int RESPONSE = 2;
    private static final int FAILURE = 3;
    private static final int NEGOTIATION_SIZE = 8;

    /** What a server answers. */
    sealed interface Answer {}

    /** It goes on with {@code protocol}: one of the bits above, or 0 for RDP's own security. */
    record Selected(int protocol) implements Answer {}

    /** It speaks none of what was offered. */
    record Refused(int code) implements Answer {
        /** What the code means, as [MS-RDPBCGR] 2.2.1.2.2 has it. */
        String meaning() {
            return switch (code) {
                case 1 -> "SSL_REQUIRED_BY_SERVER";
                case 2 -> "SSL_NOT_ALLOWED_BY_SERVER";
                case 3 -> "SSL_CERT_NOT_ON_SERVER";
                case 4 -> "INCONSISTENT_FLAGS";
                case 5 -> "HYBRID_REQUIRED_BY_SERVER";
                case 6 -> "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER";
                default -> "code " + code;
            };
        }
    }

    /** It answers as servers before Windows Vista do, which know no choice. */
    record Unaware() implements Answer {}

    private RdpNegotiation() {}

    /**
     * Offers {@code protocols} on a new connection.
     *
     * @throws ProtocolException when what answers does not speak RDP
     */
    static Answer offer(Socket socket, int protocols) throws IOException {
        socket.getOutputStream().write(request(protocols));
        socket.getOutputStream().flush();
        return answer(socket.getInputStream());
    }

    private static byte[] request(int protocols) {
        byte[] cookie = "Cookie: mstshash=gatehouse\r\n".getBytes(StandardCharsets.US_ASCII);
        int length = TPKT_HEADER + 7 + cookie.length + NEGOTIATION_SIZE;
        byte[] request = new byte[length];
        request[0] = TPKT_VERSION;
        request[3] = (byte) length;
        request[4] = (byte) (length - 5);
        request[5] = (byte) 0xE0; // X.224 Connection Request
        System.arraycopy(cookie, 0, request, 11, cookie.length);
        int negotiation = 11 + cookie.length;
        request[negotiation] = 1; // TYPE_RDP_NEG_REQ
        request[negotiation + 2] = NEGOTIATION_SIZE;
        request[negotiation + 4] = (byte) protocols;
        return request;
    }

    private static Answer answer(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        byte[] header = new byte[TPKT_HEADER];
        try {
            in.readFully(header);
        } catch (EOFException exception) {
            throw new ProtocolException("it closed the connection without an answer");
        }
        int length = ((header[2] & 0xFF) << 8) | (header[3] & 0xFF);
        if (header[0] != TPKT_VERSION || length < TPKT_HEADER + 7 || length > LONGEST) {
            throw new ProtocolException("it answered %02x%02x%02x%02x (expected a TPKT header, 0300…)"
                    .formatted(header[0], header[1], header[2], header[3]));
        }
        byte[] body = new byte[length - TPKT_HEADER];
        try {
            in.readFully(body);
        } catch (EOFException exception) {
            throw new ProtocolException("its answer ends early");
        }
        if ((body[1] & 0xF0) != CONNECTION_CONFIRM) {
            throw new ProtocolException("it answered X.224 message 0x%02x (expected 0xd0)".formatted(body[1] & 0xFF));
        }
        if (body.length < 7 + NEGOTIATION_SIZE) {
            return new Unaware();
        }
        int value = ByteBuffer.wrap(body, 11, Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        return switch (body[7]) {
            case RESPONSE -> new Selected(value);
            case FAILURE -> new Refused(value);
            default -> throw new ProtocolException("its answer has the type " + body[7] + " (expected 2 or 3)");
        };
    }
}
