package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;

/**
 * C706 12.6.3.1: the common header of a PDU from a server.
 *
 * @param type PTYPE
 * @param flags pfc_flags
 * @param length frag_length: bytes of the whole fragment
 * @param authLength auth_length: bytes of the auth_value alone
 * @param callId call_id
 */
record PduHeader(int type, int flags, int length, int authLength, int callId) {
    static final int LENGTH = 16;
    /** The auth_verifier without its auth_value. */
    static final int TRAILER_LENGTH = 8;
    /** The largest fragment that we offer and take; what Windows and Samba offer too. */
    static final int LARGEST_FRAGMENT = 5840;

    static final int REQUEST = 0;
    static final int RESPONSE = 2;
    static final int FAULT = 3;
    static final int BIND = 11;
    static final int BIND_ACK = 12;
    static final int BIND_NAK = 13;

    static final int FIRST = 0x01;
    static final int LAST = 0x02;
    static final int DID_NOT_EXECUTE = 0x20;

    static final int VERSION = 5;
    /** Little-endian, ASCII, IEEE. */
    static final int DATA_REPRESENTATION = 0x00000010;

    static PduHeader parse(byte[] bytes) throws MalformedException {
        NdrReader reader = new NdrReader(bytes);
        int version = reader.u8();
        reader.u8(); // the minor version: 0 and 1 differ in what we do not use
        int type = reader.u8();
        int flags = reader.u8();
        int representation = reader.u32();
        int length = reader.u16();
        int authLength = reader.u16();
        int callId = reader.u32();
        if (version != VERSION || representation != DATA_REPRESENTATION) {
            throw new MalformedException("pdu of version %d in representation 0x%08x (expected 5 in 0x%08x)"
                    .formatted(version, representation, DATA_REPRESENTATION));
        }
        if (length < LENGTH || length > LARGEST_FRAGMENT) {
            throw new MalformedException(
                    "fragment of %d bytes (expected %d to %d)".formatted(length, LENGTH, LARGEST_FRAGMENT));
        }
        if (authLength > 0 && authLength > length - LENGTH - TRAILER_LENGTH) {
            throw new MalformedException("auth value of %d bytes in a fragment of %d".formatted(authLength, length));
        }
        return new PduHeader(type, flags, length, authLength, callId);
    }

    boolean isFirst() {
        return (flags & FIRST) != 0;
    }

    boolean isLast() {
        return (flags & LAST) != 0;
    }

    /** How many bytes of the body come before the auth_verifier, with the padding in front of it. */
    int dataLength() {
        return length - LENGTH - (authLength == 0 ? 0 : TRAILER_LENGTH + authLength);
    }
}
