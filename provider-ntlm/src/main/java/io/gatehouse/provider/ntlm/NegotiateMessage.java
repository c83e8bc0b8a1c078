package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import java.io.IOException;
import jcifs.ntlmssp.NtlmFlags;
import jcifs.ntlmssp.Type1Message;

/**
 * MS-NLMP 2.2.1.1 NEGOTIATE_MESSAGE (type 1): what the client can do. Its names are of no use and not kept.
 *
 * @param raw the whole message, for the integrity code
 * @param flags NegotiateFlags
 */
record NegotiateMessage(Token raw, int flags) {
    private static final int LARGEST = 4096;

    static NegotiateMessage parse(Token token) throws MalformedException {
        if (token.length() > LARGEST) {
            throw new MalformedException("type 1 of " + token.length() + " bytes (expected at most " + LARGEST + ")");
        }
        int flags = flags(token.bytes());
        if ((flags & (NtlmFlags.NTLMSSP_NEGOTIATE_UNICODE | NtlmFlags.NTLMSSP_NEGOTIATE_OEM)) == 0) {
            throw new MalformedException("type 1 offers neither UNICODE nor OEM");
        }
        return new NegotiateMessage(token, flags);
    }

    private static int flags(byte[] bytes) throws MalformedException {
        try {
            return new Type1Message(bytes).getFlags();
        } catch (IOException | RuntimeException e) {
            // JCIFS-NG trusts lengths and offsets: most hostile messages end in an ArrayIndexOutOfBoundsException.
            throw new MalformedException("not a type 1 message");
        }
    }
}
