package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.ndr.NdrWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** C706 12.6.4: what a client sends. Each is one whole fragment. */
final class PduWriter {
    /** The id of the one presentation context of a connection. */
    static final int CONTEXT = 0;
    /** The id of its one security context. */
    static final int AUTH_CONTEXT = 0;

    private static final int REQUEST_HEADER_LENGTH = PduHeader.LENGTH + 8;
    /** What sealed data are padded to: MS-RPCE 2.2.2.11 asks for 4, Windows and Samba take 16. */
    private static final int AUTH_ALIGNMENT = 16;

    private PduWriter() {}

    /** bind with one context, and with the token of {@code security} if there is one. */
    static byte[] bind(int callId, RpcInterface wanted, Optional<RpcSecurity> security) {
        NdrWriter body = new NdrWriter();
        body.u16(PduHeader.LARGEST_FRAGMENT);
        body.u16(PduHeader.LARGEST_FRAGMENT);
        body.u32(0); // assoc_group_id: a new one
        body.u8(1); // n_context_elem
        body.zeros(3);
        body.u16(CONTEXT);
        body.u8(1); // n_transfer_syn
        body.zeros(1);
        wanted.write(body);
        RpcInterface.NDR.write(body);
        byte[] token = security.map(RpcSecurity::negotiate).orElse(new byte[0]);
        security.ifPresent(context -> {
            trailer(body, context, 0);
            body.bytes(token);
        });
        return fragment(PduHeader.BIND, callId, body, token.length);
    }

    /** request in one fragment, sealed by {@code security} if there is one. */
    static byte[] request(int callId, int operation, byte[] stub, Optional<RpcSecurity> security) {
        NdrWriter body = new NdrWriter();
        body.u32(stub.length); // alloc_hint
        body.u16(CONTEXT);
        body.u16(operation);
        if (security.isEmpty()) {
            body.bytes(stub);
            return fragment(PduHeader.REQUEST, callId, body, 0);
        }
        int padding = padding(stub.length);
        byte[] data = Arrays.copyOf(stub, stub.length + padding);
        byte[] signature = security.get().seal(data);
        body.bytes(data);
        trailer(body, security.get(), padding);
        body.bytes(signature);
        return fragment(PduHeader.REQUEST, callId, body, signature.length);
    }

    /** How long a request of so many bytes of stub data is. */
    static int requestLength(int stubLength, Optional<RpcSecurity> security) {
        return REQUEST_HEADER_LENGTH
                + stubLength
                + security.map(context -> padding(stubLength) + PduHeader.TRAILER_LENGTH + context.signatureLength())
                        .orElse(0);
    }

    private static int padding(int length) {
        return -length & (AUTH_ALIGNMENT - 1);
    }

    private static void trailer(NdrWriter body, RpcSecurity security, int padding) {
        body.u8(security.type());
        body.u8(Pdu.Auth.PRIVACY);
        body.u8(padding);
        body.zeros(1);
        body.u32(AUTH_CONTEXT);
    }

    private static byte[] fragment(int type, int callId, NdrWriter body, int authLength) {
        int length = PduHeader.LENGTH + body.length();
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) PduHeader.VERSION)
                .put((byte) 0)
                .put((byte) type)
                .put((byte) (PduHeader.FIRST | PduHeader.LAST))
                .putInt(PduHeader.DATA_REPRESENTATION)
                .putShort((short) length)
                .putShort((short) authLength)
                .putInt(callId)
                .put(body.toByteArray())
                .array();
    }
}
