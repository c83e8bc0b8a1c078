package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import java.util.Optional;

/** Reads the body of a PDU whose header says what it is. */
final class PduParser {
    private PduParser() {}

    /**
     * Reads one PDU.
     *
     * @param body the {@code header.length() - PduHeader.LENGTH} bytes after the header
     */
    static Pdu parse(PduHeader header, byte[] body) throws MalformedException {
        Optional<Pdu.Auth> auth = auth(header, body);
        NdrReader reader = new NdrReader(body);
        return switch (header.type()) {
            case PduHeader.BIND_ACK -> bindAck(reader, auth);
            case PduHeader.BIND_NAK -> new Pdu.BindNak(reader.u16());
            case PduHeader.RESPONSE -> response(header, reader, auth);
            case PduHeader.FAULT -> fault(reader);
            default ->
                throw new MalformedException(
                        "pdu of type " + header.type() + " (expected bind_ack, bind_nak, response or fault)");
        };
    }

    private static Optional<Pdu.Auth> auth(PduHeader header, byte[] body) throws MalformedException {
        if (header.authLength() == 0) {
            return Optional.empty();
        }
        NdrReader reader = new NdrReader(body);
        reader.skip(header.dataLength());
        int type = reader.u8();
        int level = reader.u8();
        int padding = reader.u8();
        reader.u8();
        // Not aligned to 4 when the data in front is not: its four bytes are read one by one.
        int contextId = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16) | (reader.u8() << 24);
        return Optional.of(new Pdu.Auth(type, level, padding, contextId, Token.of(reader.bytes(header.authLength()))));
    }

    private static Pdu bindAck(NdrReader reader, Optional<Pdu.Auth> auth) throws MalformedException {
        reader.u16(); // max_xmit_frag: every fragment is checked against our own limit
        int largestFragment = reader.u16();
        reader.u32(); // assoc_group_id: we never join two connections
        reader.skip(reader.u16()); // sec_addr: the port that we are connected to
        reader.align(Integer.BYTES);
        int results = reader.u8();
        reader.skip(3);
        if (results != 1) {
            throw new MalformedException("bind_ack with " + results + " results (expected 1)");
        }
        int result = reader.u16();
        int reason = reader.u16();
        return new Pdu.BindAck(largestFragment, result, reason, RpcInterface.NDR.isNext(reader), auth);
    }

    private static Pdu response(PduHeader header, NdrReader reader, Optional<Pdu.Auth> auth) throws MalformedException {
        reader.u32(); // alloc_hint: a hint is nothing to allocate by
        int contextId = reader.u16();
        reader.u16(); // cancel_count
        int length = header.dataLength() - Long.BYTES;
        if (length < 0) {
            throw new MalformedException("response without its header");
        }
        return new Pdu.Response(contextId, Token.of(reader.bytes(length)), auth);
    }

    private static Pdu fault(NdrReader reader) throws MalformedException {
        reader.u32(); // alloc_hint
        reader.u32(); // p_cont_id, cancel_count
        return new Pdu.Fault(reader.u32());
    }
}
